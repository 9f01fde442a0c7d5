import type { Protocol } from '../e2e/protocol.ts';
import type { Case } from './case.ts';
import { causes } from './cases/causes.ts';
import { fetches } from './cases/fetches.ts';
import { fuzz } from './cases/fuzz.ts';
import { latency } from './cases/latency.ts';
import { presence } from './cases/presence.ts';
import { quality } from './cases/quality.ts';
import { quiet } from './cases/quiet.ts';
import { seeks } from './cases/seeks.ts';
import { stalls } from './cases/stalls.ts';
import { startup } from './cases/startup.ts';
import { viewers } from './cases/viewers.ts';

const fixed = { startup, stalls, causes, quiet, fetches, quality, seeks, latency, presence, viewers } as const;

/** What cases are about. */
export const concerns: readonly string[] = [...Object.keys(fixed), 'fuzz'];
export const protocolNames: readonly Protocol[] = ['hls', 'dash'];

type Choice = {
  readonly only?: string | undefined;
  /** A part of the case's name. */
  readonly part?: string | undefined;
  readonly fast: boolean;
  /** Of the random calls. */
  readonly seed: number;
};

/** The cases of one protocol, in the order in which they are played. */
export function casesOf(protocol: Protocol, { only, part = '', fast, seed }: Choice): Case[] {
  return Object.entries({ ...fixed, fuzz: fuzz(seed) })
    .filter(([concern]) => only === undefined || only === concern)
    .flatMap(([, cases]): readonly Case[] => cases)
    .filter((each) => each.protocols?.includes(protocol) ?? true)
    .filter((each) => (each.fast || !fast) && each.name.includes(part));
}
