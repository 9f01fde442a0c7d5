// biome-ignore-all lint/style/noRestrictedImports: these stories are about the transport alone.
/** What the transport's test page carries: the parts under test, for the tests to call. */
import { guard } from '../../src/page/guard.ts';
import { lifecycle } from '../../src/page/lifecycle.ts';
import { gzip } from '../../src/transport/gzip.ts';
import { join } from '../../src/transport/pipeline.ts';
import { transport } from '../../src/transport/transport.ts';

export const kit = { guard, lifecycle, gzip, join, transport };

declare global {
  var playscopeKit: typeof kit;
}

globalThis.playscopeKit = kit;
