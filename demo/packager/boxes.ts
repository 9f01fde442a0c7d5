/** A box of an ISO base media file (ISO/IEC 14496-12): its type, and its content as a view into the same bytes. */
export type Box = { readonly type: string; readonly start: number; readonly end: number; readonly body: DataView };

// Boxes that hold nothing but boxes, as far as this file has to look into them.
const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'moof', 'traf']);

/** The boxes of `bytes`, in file order, those inside containers too (after their container). */
export function* boxes(bytes: Uint8Array, from = 0, to = bytes.byteLength): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = from; start < to; ) {
    const size = to - start < 8 ? 0 : view.getUint32(start);
    const end = start + size;
    if (size < 8 || end > to)
      throw new RangeError(`MP4 box at byte ${start}: expected 8 to ${to - start} bytes, received ${size}`);
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    yield { type, start, end, body: new DataView(bytes.buffer, bytes.byteOffset + start + 8, size - 8) };
    if (containers.has(type)) yield* boxes(bytes, start + 8, end);
    start = end;
  }
}

/** The first box of that type; throws where there is none. */
export function findBox(bytes: Uint8Array, type: string): Box {
  for (const box of boxes(bytes)) if (box.type === type) return box;
  throw new RangeError(`MP4: expected a ${type} box, received none`);
}

/**
 * A copy of a media segment moved to `decodeTime` (ticks of the track's timescale) and numbered `sequence`: rewrites
 * tfdt (32-bit and 64-bit form) and mfhd, and touches nothing else, so that sizes and offsets stay true.
 */
export function retime(segment: Uint8Array, decodeTime: number, sequence: number): Uint8Array<ArrayBuffer> {
  const moved = new Uint8Array(segment);
  findBox(moved, 'mfhd').body.setUint32(4, sequence);
  const tfdt = findBox(moved, 'tfdt').body;
  if (tfdt.getUint8(0) === 1) tfdt.setBigUint64(4, BigInt(decodeTime));
  else if (decodeTime < 2 ** 32) tfdt.setUint32(4, decodeTime);
  else throw new RangeError(`decodeTime: expected less than 2^32 for a 32-bit tfdt box, received ${decodeTime}`);
  return moved;
}

/** The decode time of a segment's first sample, in ticks of the track's timescale. */
export function decodeTimeOf(segment: Uint8Array): number {
  const { body } = findBox(segment, 'tfdt');
  return body.getUint8(0) === 1 ? Number(body.getBigUint64(4)) : body.getUint32(4);
}
