import { decodeTimeOf, findBox } from './boxes.ts';
import { mediaOf, writeFragment } from './fragment.ts';
import type { Sample } from './samples.ts';
import { isSync, samplesOf, sum } from './samples.ts';

/** A CMAF chunk: a run of a segment's samples as a fragment of its own. Times are in ticks of the track's timescale. */
export type Chunk = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly decodeTime: number;
  readonly duration: number;
  /** Whether a player can begin with it. */
  readonly isIndependent: boolean;
};

/**
 * Splits a media segment (one moof with one track run, one mdat) into `count` chunks of equal length, as far as its
 * frames allow: a frame belongs to the chunk in which it begins. One after the other they are that segment again.
 */
export function splitSegment(segment: Uint8Array, count: number): Chunk[] {
  const samples = samplesOf(segment);
  const media = mediaOf(segment);
  const tfhd = findBox(segment, 'tfhd');
  const chunkTicks = sum(samples.map(({ duration }) => duration)) / count;
  const chunks: Chunk[] = [];
  let [decodeTime, byteOffset, ticks] = [decodeTimeOf(segment), 0, 0];
  for (let from = 0; from < samples.length; ) {
    const chunkEnd = (chunks.length + 1) * chunkTicks;
    const run: Sample[] = [];
    for (let sample = samples[from]; sample && ticks < chunkEnd; sample = samples[++from]) {
      run.push(sample);
      ticks += sample.duration;
    }
    const size = sum(run.map((sample) => sample.size));
    const duration = sum(run.map((sample) => sample.duration));
    const sequence = findBox(segment, 'mfhd').body.getUint32(4) * count + chunks.length;
    const bytes = writeFragment({
      tfhd: segment.subarray(tfhd.start, tfhd.end),
      sequence,
      decodeTime,
      samples: run,
      media: media.subarray(byteOffset, byteOffset + size),
    });
    chunks.push({ bytes, decodeTime, duration, isIndependent: run[0] !== undefined && isSync(run[0]) });
    decodeTime += duration;
    byteOffset += size;
  }
  return chunks;
}
