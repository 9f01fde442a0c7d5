import { setTimeout as wait } from 'node:timers/promises';

// Steps of the system clock larger than this (a machine that slept, a clock that was set) are followed at once.
const largestDriftMs = 20;
let origin = performance.timeOrigin;

/** Unix time in milliseconds with fractions, as fine as the machine's monotonic clock. */
export function unixMs(): number {
  const now = origin + performance.now();
  const drift = Date.now() - now;
  if (Math.abs(drift) < largestDriftMs) return now;
  origin += drift;
  return now + drift;
}

/** Waits `ms` milliseconds, never less. Resolves to false at once when one of the signals aborts. */
export async function pause(ms: number, ...until: readonly AbortSignal[]): Promise<boolean> {
  const signal = AbortSignal.any([...until]);
  const end = performance.now() + ms;
  try {
    // A timer may fire a fraction early, and takes 24 days at most.
    for (let left = ms; left > 0; left = end - performance.now()) {
      await wait(Math.min(Math.ceil(left), 2 ** 31 - 1), undefined, { signal });
    }
  } catch {
    // An aborted timer is the news that the caller asked for.
  }
  return !signal.aborted;
}
