// npm run bench:playback [-- --wire] [-- --quick]: the same playback without an SDK, with Playscope, and with its peers.
import { parseArgs } from 'node:util';
import { startStage } from './stage.ts';
import { wires } from './wire.ts';

const { values } = parseArgs({ options: { wire: { type: 'boolean' }, quick: { type: 'boolean' } } });
const stage = await startStage();
try {
  for (const { what, first, steady } of await wires(stage, values.quick ? 25 : 120)) {
    console.log(`\n${what}`);
    for (const [when, { requests, preflights, bodyBytes, headerBytes }] of Object.entries({
      'first minute': first,
      'a minute later on': steady,
    }))
      console.log(
        `  ${when.padEnd(18)} ${requests.toFixed(1)} requests, ${(bodyBytes / 1000).toFixed(2)} KB of bodies, ${(headerBytes / 1000).toFixed(2)} KB of headers, ${preflights} preflights`,
      );
  }
} finally {
  stage.close();
}
