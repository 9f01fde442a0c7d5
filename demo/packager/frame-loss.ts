import { decodeTimeOf, findBox } from './boxes.ts';
import { mediaOf, writeFragment } from './fragment.ts';
import type { Sample } from './samples.ts';
import { samplesOf, sum } from './samples.ts';

/**
 * A segment whose last frames never came in: the last one that did, at least the first, stays until the segment is over. So a
 * player can still decode it, whatever the others were predicted from.
 *
 * @param share of the frames, 0 to 1.
 */
export function loseFrames(segment: Uint8Array, share: number): { bytes: Uint8Array<ArrayBuffer>; lost: number } {
  const samples = samplesOf(segment);
  const lost = Math.min(samples.length - 1, Math.round(samples.length * share));
  const came = samples.slice(0, samples.length - lost);
  const last = came.at(-1) as Sample;
  const missing = sum(samples.slice(came.length).map(({ duration }) => duration));
  const tfhd = findBox(segment, 'tfhd');
  const bytes = writeFragment({
    tfhd: segment.subarray(tfhd.start, tfhd.end),
    sequence: findBox(segment, 'mfhd').body.getUint32(4),
    decodeTime: decodeTimeOf(segment),
    samples: [...came.slice(0, -1), { ...last, duration: last.duration + missing }],
    media: mediaOf(segment).subarray(0, sum(came.map(({ size }) => size))),
  });
  return { bytes, lost };
}
