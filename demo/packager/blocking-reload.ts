/** A place in a playlist: that many parts, counted from the first part of segment 0. */
export type Position = number;

export const positionOf = (sequence: number, part: number, partsPerSegment: number): Position =>
  sequence * partsPerSegment + part;

/**
 * Which part a playlist request wants to see listed before it is answered (`_HLS_msn` and `_HLS_part` of RFC 8216bis):
 * undefined where it does not ask, `'bad request'` where it asks for what cannot be near, or for a part of no segment.
 */
export function readBlocking(
  query: string,
  newest: Position,
  partsPerSegment: number,
): Position | undefined | 'bad request' {
  const directives = new URLSearchParams(query);
  const [msn, part] = ['_HLS_msn', '_HLS_part'].map((name) => directives.get(name));
  if (msn === null) return part === null ? undefined : 'bad request';
  if (![msn, part ?? '0'].every((value) => /^\d+$/.test(value ?? ''))) return 'bad request';
  if (Number(msn) > Math.floor(newest / partsPerSegment) + 2) return 'bad request';
  // Without a part: the whole segment. Behind the last part: the first one of the next segment.
  const wanted = part === null ? partsPerSegment - 1 : Math.min(Number(part), partsPerSegment);
  return positionOf(Number(msn), wanted, partsPerSegment);
}
