import type { Case } from './case.ts';
import { otherCauses } from './cases/causes.ts';
import { fetches } from './cases/fetches.ts';
import { latency } from './cases/latency.ts';
import { presence } from './cases/presence.ts';
import { quality } from './cases/quality.ts';
import { quiet } from './cases/quiet.ts';
import { seeks } from './cases/seeks.ts';
import { stalls } from './cases/stalls.ts';
import { startup } from './cases/startup.ts';
import { viewers } from './cases/viewers.ts';

/** All cases, by what they are about. */
export const concerns: Readonly<Record<string, readonly Case[]>> = {
  startup,
  stalls,
  causes: otherCauses,
  quiet,
  fetches,
  quality,
  seeks,
  latency,
  presence,
  viewers,
};
