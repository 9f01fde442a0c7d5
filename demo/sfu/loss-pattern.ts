/**
 * Makes a function that says of one packet after the other whether it is lost. Packets are taken in small groups, and of
 * each group one is lost, at a place that the seed decides: the share holds over any stretch to within two packets, and
 * the same seed always loses the same ones.
 */
export function createLossPattern(ratio: number, seed: number): () => boolean {
  if (ratio > 0.5) {
    const isKept = createLossPattern(1 - ratio, seed);
    return () => !isKept();
  }
  const random = mulberry32(seed);
  let next = 0;
  let group = 0;
  let groupEnd = 0;
  let lost = -1;
  return () => {
    if (ratio === 0) return false;
    if (next >= groupEnd) {
      groupEnd = Math.round(++group / ratio);
      lost = next + Math.floor(random() * (groupEnd - next));
    }
    return next++ === lost;
  };
}

/** Tommy Ettinger's mulberry32: numbers from 0 to below 1, evenly spread, from 32 bits of state. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
