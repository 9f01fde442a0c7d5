// Steps of the system clock larger than this (a machine that slept, a clock that was set) are followed at once.
const largestDriftMs = 20;
let origin = performance.timeOrigin;

/** Unix ms of an instant of the monotonic clock, as fine as that one. */
export function unixMs(at = performance.now()): number {
  // Who is interrupted between the two clocks sees a step that there was not: only what is there twice is one.
  if (hasStepped() && hasStepped()) origin = Date.now() - performance.now();
  return origin + at;
}

function hasStepped(): boolean {
  return Math.abs(Date.now() - performance.now() - origin) > largestDriftMs;
}
