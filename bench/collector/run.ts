// npm run bench:collector [-- --quick]: how many players the embedded collector holds, and what of them it keeps.
import { parseArgs } from 'node:util';
import { benchText } from '../page.ts';
import type { Found } from '../result.ts';
import { writeResult } from '../result.ts';
import type { Distinct } from './distinct.ts';
import { distinct } from './distinct.ts';
import type { Held } from './hold.ts';
import { hold, saturate } from './hold.ts';
import type { Memory } from './hours.ts';
import { hours } from './hours.ts';
import type { Recorded } from './recorded.ts';
import { record } from './recorded.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const quick = values.quick ?? false;
const size = quick
  ? { recordSeconds: 12, players: 200, turns: 1, saturating: 200, seats: 20, minutes: 10, sessions: 3000 }
  : // Two minutes, each with its whole report.
    { recordSeconds: 125, players: 20_000, turns: 3, saturating: 10_000, seats: 60, minutes: 120, sessions: 1_000_000 };
// Two hours in a minute.
const speed = 120;

const recorded = await record(size.recordSeconds);
const found = foundOf({
  recorded,
  traced: await hold(recorded, size.players, { ...size, spanShare: 1 }),
  tenth: await hold(recorded, size.players, { ...size, spanShare: 0.1 }),
  flatOutPlayers: await saturate(recorded, size.saturating),
  memory: await hours(recorded, size.seats, size.minutes, speed),
  distinct: await distinct(size.sessions),
});
writeResult('collector', found, { quick });
console.log(benchText(found));

type Measured = {
  readonly recorded: Recorded;
  readonly traced: Held;
  readonly tenth: Held;
  readonly flatOutPlayers: number;
  readonly memory: readonly Memory[];
  readonly distinct: Distinct;
};

function foundOf({ recorded, traced, tenth, flatOutPlayers, memory, distinct }: Measured): Found {
  const { players } = size;
  const shown = players.toLocaleString('en');
  const [first, second] = [memory.slice(1, memory.length / 2), memory.slice(memory.length / 2)].map(
    (hour) => hour.reduce((sum, { liveBytes }) => sum + liveBytes, 0) / hour.length,
  ) as [number, number];
  const grown = (second / first - 1) * 100;
  const row = (label: string, held: Held) =>
    [label, held.playersPerCore, held.p50Ms, held.p99Ms, held.bytesPer10k / 1e6, `${held.viewers}`] as const;
  return {
    title: 'Embedded collector',
    method: `The collector in a process of its own. What it gets was recorded of a real playback (a report has ${(recorded.metricBytes / 1000).toFixed(1)} KB of metrics
and ${(recorded.spanBytes / 1000).toFixed(1)} KB of spans, gzip) and is sent as that of ${shown} players, with ids and times of their own, evenly over 10 s, over 64
connections. The third turn of 10 s is measured: processor time of all its threads, and answers to their last byte. Memory is what collections leave.`,
    goals: [
      {
        what: 'players on one core, every session traced',
        unit: '',
        limit: 20_000,
        found: traced.playersPerCore,
        atLeast: true,
        digits: 0,
      },
      { what: 'memory of the second hour over that of the first', unit: '%', limit: 5, found: grown },
      {
        what: `${distinct.sent.toLocaleString('en')} distinct sessions, counted wrong`,
        unit: '%',
        limit: 1,
        found: Math.abs(distinct.counted / distinct.sent - 1) * 100,
        digits: 2,
      },
    ],
    tables: [
      {
        title: `${shown} players at 10 s`,
        heads: ['', 'players a core', 'p50, ms', 'p99, ms', 'memory of 10,000, MB', 'viewers counted'],
        rows: [row('every session traced', traced), row('a tenth of the sessions traced', tenth)],
      },
      {
        title: 'Limits',
        heads: ['', 'found'],
        rows: [
          ['players whose reports are answered flat out, every session traced', Math.round(flatOutPlayers)],
          [`viewers counted of ${distinct.sent.toLocaleString('en')} sessions`, distinct.counted],
          ['memory of a session, bytes', Math.round(distinct.bytesPerSession)],
        ],
      },
      {
        title: `Memory over hours, ${size.seats} players of whom each is another after five minutes`,
        heads: ['after, min', 'MB'],
        rows: memory.map(({ minutes, liveBytes }) => [`${minutes}`, liveBytes / 1e6]),
      },
    ],
  };
}
