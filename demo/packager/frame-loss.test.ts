import { expect, test } from 'vitest';
import { decodeTimeOf } from './boxes.ts';
import { loseFrames } from './frame-loss.ts';
import { loadLoop } from './loop.ts';
import { muxSegment } from './mux.ts';
import { durationOf, samplesOf } from './samples.ts';

const loop = await loadLoop();
const [picture] = loop.renditions;
const segment = picture ? muxSegment(picture, 7, loop.segmentSec) : new Uint8Array();
const frames = samplesOf(segment).length;

test.each([
  ['half of them', 0.5, frames / 2],
  ['all but the first', 1, 1],
  ['none', 0, frames],
])('%s: as long as before, and smaller', (_, share, left) => {
  const { bytes, lost } = loseFrames(segment, share);
  expect(samplesOf(bytes)).toHaveLength(left);
  expect(lost).toBe(frames - left);
  expect(durationOf(bytes)).toBe(durationOf(segment));
  expect(decodeTimeOf(bytes)).toBe(decodeTimeOf(segment));
  if (share > 0) expect(bytes.byteLength).toBeLessThan(segment.byteLength);
});
