/** Milliseconds on the page's monotonic clock: the only one that durations are measured with. */
export function now(): number {
  return performance.now();
}

/**
 * Unix milliseconds of an instant of the monotonic clock. Anchored anew at each call: after a sleep the two clocks of a
 * page differ by hours, and `performance.timeOrigin` with them.
 */
export function wallTime(at: number): number {
  return Date.now() + at - performance.now();
}
