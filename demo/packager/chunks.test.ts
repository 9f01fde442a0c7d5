import { describe, expect, test } from 'vitest';
import { decodeTimeOf, findBox } from './boxes.ts';
import { splitSegment } from './chunks.ts';
import { loadLoop } from './loop.ts';
import { muxSegment } from './mux.ts';
import { durationOf, samplesOf } from './samples.ts';

const { renditions } = await loadLoop();

describe.each(renditions)('$name in four chunks', (rendition) => {
  const sequence = 897_837_728;
  const segment = muxSegment(rendition, sequence, 2);
  const chunks = splitSegment(segment, 4);

  test('has the samples of the segment, with their bytes, and none twice', () => {
    expect(chunks).toHaveLength(4);
    expect(chunks.flatMap(({ bytes }) => samplesOf(bytes))).toEqual(samplesOf(segment));
    const mediaOf = (bytes: Uint8Array) => {
      const { start, end } = findBox(bytes, 'mdat');
      return Buffer.from(bytes.subarray(start + 8, end));
    };
    expect(Buffer.compare(Buffer.concat(chunks.map(({ bytes }) => mediaOf(bytes))), mediaOf(segment))).toBe(0);
  });

  test('goes on in time without a gap, half a second at a time, give or take half a frame', () => {
    let decodeTime = decodeTimeOf(segment);
    for (const [i, chunk] of chunks.entries()) {
      expect(chunk.decodeTime).toBe(decodeTime);
      expect(decodeTimeOf(chunk.bytes)).toBe(decodeTime);
      expect(durationOf(chunk.bytes)).toBe(chunk.duration);
      expect(Math.abs(chunk.duration / rendition.timescale - 0.5)).toBeLessThanOrEqual(0.0201);
      expect(findBox(chunk.bytes, 'mfhd').body.getUint32(4)).toBe(sequence * 4 + i);
      decodeTime += chunk.duration;
    }
    expect(decodeTime - decodeTimeOf(segment)).toBe(durationOf(segment));
  });

  test('says where a player can begin, and where the samples of each chunk are', () => {
    const isVideo = rendition.kind === 'video';
    expect(chunks.map(({ isIndependent }) => isIndependent)).toEqual([true, !isVideo, !isVideo, !isVideo]);
    for (const { bytes } of chunks) {
      expect(findBox(bytes, 'trun').body.getInt32(8)).toBe(findBox(bytes, 'mdat').start + 8);
    }
  });
});
