import type { Answer } from '../facts.ts';
import { readServerTiming } from './server-timing.ts';

/** How far a server's clock is ahead of ours, and how far that may be off. */
export type ClockOffset = { readonly offsetMs: number; readonly errorMs: number };

const secondMs = 1000;

/**
 * The offset that all answers allow, by `at` or by `Date`, which is cut to the second. None is from the future, so each bounds it
 * from below; `mayBeOld` answers come from caches and bound it from nowhere else. Undefined where no answer tells.
 */
export function clockOffset(answers: readonly Answer[], mayBeOld = false): ClockOffset | undefined {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { headers, sentMs, receivedMs } of answers) {
    const { atMs } = readServerTiming(headers['server-timing']) ?? {};
    const from = atMs ?? Date.parse(headers.date ?? '');
    if (Number.isNaN(from)) continue;
    least = Math.max(least, from - receivedMs);
    if (!mayBeOld) most = Math.min(most, from + (atMs === undefined ? secondMs : 0) - sentMs);
  }
  if (least === Number.NEGATIVE_INFINITY) return undefined;
  if (mayBeOld) return { offsetMs: least, errorMs: 0 };
  return { offsetMs: (least + most) / 2, errorMs: Math.max(0, most - least) / 2 };
}
