import type { Span } from '../../e2e/collector.ts';
import type { Bench } from '../bench.ts';
import type { Case, Compared } from '../case.ts';
import type { Interval } from '../sight.ts';
import { freezes, shortestFreezeMs } from '../sight.ts';
import type { Left, Viewing } from '../viewing.ts';

// Seconds without a picture, a page view each: not more than the window of the live stream can take.
const views: readonly (readonly number[])[] = [
  [0.4, 0.6, 0.8, 1, 1.2, 1.5],
  [0.5, 0.7, 0.9, 1.8, 2.5],
  [0.45, 0.55, 1.1, 1.4, 1.6],
  [2, 4],
  [3, 2.2],
  [6],
  [8],
];

// The SDK counts from 100 ms on, a witness from its shortest freeze on. What may have been shorter than that, as far as durations
// may differ, is no claim that a witness can contradict.
const surelySeenMs = shortestFreezeMs + 150;

const settings = { bufferSec: 4, segmentsBehindLive: 2 };

/** Withholds all segments until the picture has stood for so long, then lets them go. */
export async function withhold({ origin }: Bench, viewing: Viewing, seconds: number): Promise<void> {
  await origin.fault({ match: '.m4s', effect: 'hang' });
  await viewing.stands(seconds * 1000);
  await origin.heal();
}

/** What a witness and the SDK say of the stalls of one viewing. */
export function compareStalls({ sight, spans }: Left, cause: string): Compared[] {
  const seen = freezes(sight);
  const all = spans.filter(({ name }) => name === 'livestream.player.stall');
  const pairs = seen.map((freeze) => ({ freeze, span: all.find((span) => overlap(span, freeze, sight.timeOrigin)) }));
  const told = all.filter((span) => span.durationMs >= surelySeenMs || pairs.some((pair) => pair.span === span));
  return [
    { figure: 'stallCount', expected: seen.length, received: told.length },
    ...pairs.flatMap(({ freeze, span }): Compared[] => [
      { figure: 'stallDuration', expected: freeze.ms, received: span?.durationMs ?? null },
      { figure: 'stallCause', expected: cause, received: String(span?.attributes['stall.cause']) },
    ]),
  ];
}

function overlap({ startedAt, durationMs }: Span, { from, ms }: Interval, timeOrigin: number): boolean {
  const begins = startedAt - timeOrigin;
  return begins < from + ms && begins + durationMs > from;
}

/** Stalls of 0.4 to 8 s by segments that the origin withholds. */
export const stalls: readonly Case[] = views.map((durations, index) => ({
  name: `withheld for ${durations.join(', ')} s`,
  fast: index === 3,
  async play(bench) {
    const viewing = await bench.open({ settings });
    await viewing.plays(2);
    for (const seconds of durations) {
      await withhold(bench, viewing, seconds);
      await viewing.plays(1.5);
    }
    const left = await viewing.leave();
    return [
      { figure: 'stallCount', case: 'injected', expected: durations.length, received: freezes(left.sight).length },
      ...compareStalls(left, 'network'),
    ];
  },
}));
