import type { News } from '../delivery/growth.ts';
import type { StoredObject } from '../delivery/store.ts';
import { playlistObject } from '../delivery/store.ts';
import type { Position } from './blocking-reload.ts';
import { positionOf, readBlocking } from './blocking-reload.ts';
import type { Chunk } from './chunks.ts';
import type { LoopRendition } from './loop.ts';
import { lowLatencyPlaylist } from './low-latency-playlist.ts';

export const chunksPerSegment = 4;

/** A segment of the stream, chunk by chunk: how many are there to be sent, and how many are published: listed too. */
export type Segment = {
  readonly sequence: number;
  readonly chunks: readonly Chunk[];
  uploaded: number;
  published: number;
};

/** One rendition on its way: what a playlist may list of it, the newest last. */
export type Course = {
  readonly rendition: LoopRendition;
  readonly folder: string;
  readonly longestChunkSec: number;
  readonly news: News;
  readonly segments: Segment[];
};

// Parts stay listed for three target durations (RFC 8216bis), beside those of the segment that is being captured.
const segmentsWithParts = 3;
const nothing = { sequence: 0, published: 0 };

/** The playlist of a rendition, which a request may ask to wait for more (RFC 8216bis, blocking reload). */
export function listCourse(course: Course, courses: readonly Course[], segmentSec: number): StoredObject {
  const { rendition, longestChunkSec, segments } = course;
  const begun = segments.filter(({ published }) => published > 0);
  const { sequence, published } = begun.at(-1) as Segment;
  const isComplete = published === chunksPerSegment;
  const text = lowLatencyPlaylist({
    init: rendition.init,
    segmentSec,
    partTargetSec: longestChunkSec,
    segments: begun.map((segment) => listedSegment(segment, sequence - segmentsWithParts - 1, rendition.timescale)),
    hint: isComplete ? partName(sequence + 1, 0) : partName(sequence, published),
    reports: courses.filter((other) => other !== course && newestOf(other) >= 0).map(reportOf),
  });
  const awaited = async (query: string, gone: AbortSignal) =>
    (await refuse(course, query, segmentSec, gone)) ?? listCourse(course, courses, segmentSec);
  return { ...playlistObject(text), awaited };
}

/** A blocking reload: waits until the playlist lists what the query asks for. Resolves to a status where it never will. */
async function refuse(course: Course, query: string, segmentSec: number, gone: AbortSignal) {
  const wanted = readBlocking(query, newestOf(course), chunksPerSegment);
  if (wanted === 'bad request') return 400;
  if (wanted === undefined) return undefined;
  // RFC 8216bis: no longer than three target durations.
  const patience = AbortSignal.timeout(3000 * segmentSec);
  await course.news.until(() => newestOf(course) >= wanted, AbortSignal.any([gone, patience]));
  return newestOf(course) >= wanted ? undefined : 503;
}

function listedSegment({ sequence, chunks, published }: Segment, noPartsUntil: number, timescale: number) {
  const parts = chunks.slice(0, published).map(({ duration, isIndependent }, index) => ({
    uri: partName(sequence, index),
    durationSec: duration / timescale,
    isIndependent,
  }));
  return {
    sequence,
    uri: `seg-${sequence}.m4s`,
    parts: sequence > noPartsUntil ? parts : [],
    isComplete: published === chunksPerSegment,
  };
}

function reportOf(other: Course) {
  const newest = newestOf(other);
  const part = newest % chunksPerSegment;
  return { uri: `../${other.rendition.name}/index.m3u8`, sequence: (newest - part) / chunksPerSegment, part };
}

/** The newest part of a rendition; below 0 where there is none. */
function newestOf({ segments }: Course): Position {
  const { sequence, published } = segments.filter((segment) => segment.published > 0).at(-1) ?? nothing;
  return positionOf(sequence, published - 1, chunksPerSegment);
}

export function partName(sequence: number, index: number): string {
  return `seg-${sequence}.${index}.m4s`;
}
