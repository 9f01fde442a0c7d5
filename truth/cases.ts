import type { Bench } from './bench.ts';
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
import type { Played } from './compare.ts';
import type { RtcBench } from './webrtc/bench.ts';
import { changes } from './webrtc/cases/changes.ts';
import { connections } from './webrtc/cases/connections.ts';
import { cost } from './webrtc/cases/cost.ts';
import { counters } from './webrtc/cases/counters.ts';
import { delays } from './webrtc/cases/delays.ts';
import { freezes } from './webrtc/cases/freezes.ts';
import { loss } from './webrtc/cases/loss.ts';

const played = { startup, stalls, causes, quiet, fetches, quality, seeks, latency, presence, viewers } as const;
const connected = { loss, counters, freezes, delays, connections, changes, cost } as const;

/** What cases are about. */
export const concerns: readonly string[] = [...Object.keys(played), 'fuzz', ...Object.keys(connected)];

type Choice = {
  readonly only?: string | undefined;
  /** A part of the case's name. */
  readonly part?: string | undefined;
  readonly fast: boolean;
  /** Of the random calls. */
  readonly seed: number;
};

/** The cases of one protocol that is played by a player, in the order in which they are played. */
export function casesOf(by: Played, choice: Choice): Case<Bench>[] {
  return chosen({ ...played, fuzz: fuzz(choice.seed) }, by, choice);
}

/** The cases of WebRTC in one browser. */
export function rtcCasesOf(by: Played, choice: Choice): Case<RtcBench>[] {
  return chosen(connected, by, choice);
}

function chosen<At>(
  all: Readonly<Record<string, readonly Case<At>[]>>,
  { protocol, browser }: Played,
  { only, part = '', fast }: Choice,
): Case<At>[] {
  return Object.entries(all)
    .filter(([concern]) => only === undefined || only === concern)
    .flatMap(([, cases]) => cases)
    .filter((each) => each.protocols?.includes(protocol) ?? true)
    .filter((each) => each.browsers?.includes(browser) ?? true)
    .filter((each) => !fast || each.fast === true || each.fast === browser)
    .filter(({ name }) => name.includes(part));
}
