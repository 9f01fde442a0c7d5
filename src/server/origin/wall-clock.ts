// Steps of the system clock larger than this (a machine that slept, a clock that was set) are followed at once.
const largestDriftMs = 20;
let origin = performance.timeOrigin;

/** Unix ms of an instant of the monotonic clock, as fine as that one. */
export function unixMs(at = performance.now()): number {
  const drift = Date.now() - performance.now() - origin;
  if (Math.abs(drift) > largestDriftMs) origin += drift;
  return origin + at;
}
