import { retime } from './boxes.ts';
import type { LoopRendition } from './loop.ts';

// An upload queue longer than this (5 minutes) is a machine that slept.
const longestQueue = 150;

/** Mux: the loop's next segment as segment `sequence` of the stream. */
export function muxSegment(rendition: LoopRendition, sequence: number, segmentSec: number): Uint8Array<ArrayBuffer> {
  const source = rendition.segmentBytes[sequence % rendition.segmentBytes.length];
  if (!source) throw new RangeError(`sequence: expected a whole number from 0, received ${sequence}`);
  return retime(source, sequence * segmentSec * rendition.timescale, sequence);
}

/** The last segment whose capture has ended at `at` (Unix milliseconds). */
export function newestSegment(at: number, segmentSec: number): number {
  return Math.floor(at / (segmentSec * 1000)) - 1;
}

/** The segment after `sequence`, unless that lies so far back that it is of no use to anybody any more. */
export function following(sequence: number, at: number, segmentSec: number): number {
  return Math.max(sequence + 1, newestSegment(at, segmentSec) - longestQueue);
}
