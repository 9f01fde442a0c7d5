import type { Case } from './case.ts';
import { stalls } from './cases/stalls.ts';
import { startup } from './cases/startup.ts';

/** All cases, by what they are about. */
export const concerns: Readonly<Record<string, readonly Case[]>> = { startup, stalls };
