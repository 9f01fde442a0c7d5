import { boxes } from './boxes.ts';
import type { Sample } from './samples.ts';
import { sum } from './samples.ts';

const headerBytes = 8;

export type Fragment = {
  /** The track fragment header, as it is. */
  readonly tfhd: Uint8Array;
  readonly sequence: number;
  /** In ticks of the track's timescale. */
  readonly decodeTime: number;
  readonly samples: readonly Sample[];
  readonly media: Uint8Array;
  /** Further boxes for the end of the track fragment, whose size must not depend on that of the moof. */
  readonly more?: (moofBytes: number) => readonly Uint8Array[];
};

/** A movie fragment with one track run, and its media. */
export function writeFragment(fragment: Fragment): Uint8Array<ArrayBuffer> {
  const { tfhd, sequence, decodeTime, samples, media, more = () => [] } = fragment;
  const moof = (bytes: number) =>
    box(
      'moof',
      box('mfhd', words(0, sequence)),
      box(
        'traf',
        tfhd,
        box('tfdt', words(0x01000000, Math.floor(decodeTime / 2 ** 32), decodeTime % 2 ** 32)),
        box('trun', words(0x01000f01, samples.length, bytes + headerBytes, ...samples.flatMap(fieldsOf))),
        ...more(bytes),
      ),
    );
  return join(moof(moof(0).byteLength), box('mdat', media));
}

// As the flags of the trun box above announce them.
function fieldsOf({ duration, size, flags, compositionOffset }: Sample): number[] {
  return [duration, size, flags, compositionOffset];
}

/** The bytes of all samples of a segment. */
export function mediaOf(segment: Uint8Array): Uint8Array {
  for (const { type, start, end } of boxes(segment)) {
    if (type === 'mdat') return segment.subarray(start + headerBytes, end);
  }
  throw new RangeError('MP4: expected an mdat box, received none');
}

export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = headerBytes + sum(content.map(({ byteLength }) => byteLength));
  return join(words(size), new TextEncoder().encode(type), ...content);
}

/** 32-bit numbers, the high byte first. */
export function words(...values: readonly number[]): Uint8Array<ArrayBuffer> {
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
