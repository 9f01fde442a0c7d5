import { findBox } from './boxes.ts';

/** A sample of a media segment. Durations are in ticks of the track's timescale; `flags` as in ISO/IEC 14496-12. */
export type Sample = {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
  readonly compositionOffset: number;
};

// sample_is_non_sync_sample
const isNonSync = 0x10000;

/** The samples of a segment's one track run, with what the run leaves to the defaults of its track fragment. */
export function samplesOf(segment: Uint8Array): Sample[] {
  const usual = defaultsOf(findBox(segment, 'tfhd').body);
  const { body } = findBox(segment, 'trun');
  const flags = body.getUint32(0) & 0xffffff;
  const read = optionalFields(body, 8 + (flags & 0x1 ? 4 : 0));
  const firstFlags = read(flags & 0x4);
  return Array.from({ length: body.getUint32(4) }, (_, i) => ({
    duration: read(flags & 0x100) ?? usual.duration,
    size: read(flags & 0x200) ?? usual.size,
    flags: read(flags & 0x400) ?? (i === 0 ? firstFlags : undefined) ?? usual.flags,
    compositionOffset: read(flags & 0x800) ?? 0,
  }));
}

/** The duration of a segment in ticks: the sum over its samples. */
export function durationOf(segment: Uint8Array): number {
  return sum(samplesOf(segment).map(({ duration }) => duration));
}

/** Whether a player can begin with this sample. */
export function isSync({ flags }: Sample): boolean {
  return !(flags & isNonSync);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function defaultsOf(tfhd: DataView) {
  const flags = tfhd.getUint32(0) & 0xffffff;
  const read = optionalFields(tfhd, 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0));
  return { duration: read(flags & 0x8) ?? 0, size: read(flags & 0x10) ?? 0, flags: read(flags & 0x20) ?? 0 };
}

/** Reads 32-bit fields from `at` on, one after the other, where a flag says that the field is there. */
function optionalFields(body: DataView, at: number) {
  let next = at;
  return (isThere: number): number | undefined => {
    if (!isThere) return undefined;
    next += 4;
    return body.getUint32(next - 4);
  };
}
