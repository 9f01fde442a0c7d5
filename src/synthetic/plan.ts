/** When a viewer begins, and which browser process it is in. */
export type Start = { readonly kind: 'browser' | 'light'; readonly afterMs: number; readonly process: number };

// A process with more pages than this is one that a single crash takes too many viewers with.
const mostInProcess = 10;

/** Viewers of each kind begin evenly over the ramp, the first at once and the last at its end; processes fill evenly. */
export function planOf({ viewers, light, rampSec }: { viewers: number; light: number; rampSec: number }): Start[] {
  const processes = Math.ceil(viewers / mostInProcess);
  const evenly = (kind: Start['kind'], count: number) =>
    Array.from({ length: count }, (_, index) => ({
      kind,
      afterMs: count > 1 ? (index * rampSec * 1000) / (count - 1) : 0,
      process: kind === 'browser' ? index % processes : 0,
    }));
  return [...evenly('browser', viewers), ...evenly('light', light)].sort((one, other) => one.afterMs - other.afterMs);
}
