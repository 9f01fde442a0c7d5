import { boxes, decodeTimeOf, findBox } from './boxes.ts';
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
    const bytes = fragment(segment, sequence, decodeTime, run, media.subarray(byteOffset, byteOffset + size));
    chunks.push({ bytes, decodeTime, duration, isIndependent: run[0] !== undefined && isSync(run[0]) });
    decodeTime += duration;
    byteOffset += size;
  }
  return chunks;
}

/** A moof and its mdat, with the track fragment header of `source`. */
function fragment(
  source: Uint8Array,
  sequence: number,
  decodeTime: number,
  run: readonly Sample[],
  media: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const tfhd = findBox(source, 'tfhd');
  const moof = (dataOffset: number) =>
    box(
      'moof',
      box('mfhd', words(0, sequence)),
      box(
        'traf',
        source.subarray(tfhd.start, tfhd.end),
        box('tfdt', words(0x01000000, Math.floor(decodeTime / 2 ** 32), decodeTime % 2 ** 32)),
        box('trun', words(0x01000f01, run.length, dataOffset, ...run.flatMap(fieldsOf))),
      ),
    );
  return join(moof(moof(0).byteLength + boxHeaderBytes), box('mdat', media));
}

const boxHeaderBytes = 8;

// As the flags of the trun box above announce them.
function fieldsOf({ duration, size, flags, compositionOffset }: Sample): number[] {
  return [duration, size, flags, compositionOffset];
}

function mediaOf(segment: Uint8Array): Uint8Array {
  for (const { type, start, end } of boxes(segment)) {
    if (type === 'mdat') return segment.subarray(start + boxHeaderBytes, end);
  }
  throw new RangeError('MP4: expected an mdat box, received none');
}

function box(type: string, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = boxHeaderBytes + sum(content.map(({ byteLength }) => byteLength));
  return join(words(size), new TextEncoder().encode(type), ...content);
}

function words(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value);
  return bytes;
}

/** The bytes of all parts, one after the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(sum(parts.map(({ byteLength }) => byteLength)));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
