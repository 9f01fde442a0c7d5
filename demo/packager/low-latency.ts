import type { News } from '../delivery/growth.ts';
import { createNews, growthOf } from '../delivery/growth.ts';
import type { Store } from '../delivery/store.ts';
import { mpdObject, playlistObject, segmentObject } from '../delivery/store.ts';
import type { Position } from './blocking-reload.ts';
import { positionOf, readBlocking } from './blocking-reload.ts';
import type { Chunk } from './chunks.ts';
import { splitSegment } from './chunks.ts';
import { join } from './fragment.ts';
import type { Loop, LoopRendition } from './loop.ts';
import { lowLatencyPlaylist } from './low-latency-playlist.ts';
import { lowLatencyMpd } from './mpd.ts';
import { following, muxSegment, newestSegment } from './packager.ts';
import { masterPlaylist } from './playlists.ts';
import { sum } from './samples.ts';
import type { Publication, Schedule } from './schedule.ts';
import { publishInTurn } from './schedule.ts';

export type LowLatencyOptions = Omit<Schedule, 'signal'> & {
  readonly loop: Loop;
  readonly store: Store;
  /** Where the stream lives in the store. Default `/ll`. */
  readonly root?: string;
};

/** A segment of the stream, chunk by chunk. */
type Segment = { readonly sequence: number; readonly chunks: readonly Chunk[]; published: number };

/** One rendition on its way: what a playlist may list of it, the newest last. */
type Course = {
  readonly rendition: LoopRendition;
  readonly folder: string;
  readonly longestChunkSec: number;
  readonly news: News;
  readonly segments: Segment[];
};

const chunksPerSegment = 4;
const listed = 10;
const kept = 12;
// Parts stay listed for three target durations (RFC 8216bis), beside those of the segment that is being captured.
const segmentsWithParts = 3;
const nothing = { sequence: 0, published: 0 };

/**
 * Turns the loop into a live stream of low latency: the same segments at the same times as the live stream's, but each
 * published in four chunks while it is captured, to players of HLS as parts, to players of DASH as a transfer that goes on.
 */
export function startLowLatency({ root = '/ll', ...options }: LowLatencyOptions): { close(): void } {
  const { loop, store, now } = options;
  const stop = new AbortController();
  const courses = loop.renditions.map((rendition) => startCourse(root, rendition, loop));
  store.set(`${root}/master.m3u8`, playlistObject(masterPlaylist(loop.renditions)));
  const chunking = {
    segmentSec: loop.segmentSec,
    longestChunkSec: Math.max(...courses.map(({ longestChunkSec }) => longestChunkSec)),
  };
  const timing = { publishedAt: now(), timeShiftSec: listed * loop.segmentSec, clock: '../time' };
  store.set(`${root}/manifest.mpd`, mpdObject(lowLatencyMpd(loop.renditions, chunking, timing)));
  for (const course of courses) {
    const { folder, rendition } = course;
    store.set(`${folder}/${rendition.init}`, segmentObject(rendition.initBytes, rendition.kind));
    publishInTurn(chunksOf(course, courses, options), { ...options, signal: stop.signal });
  }
  // The first playlists could not report on renditions that began after them.
  for (const course of courses) updatePlaylist(course, courses, loop.segmentSec, store);
  return { close: () => stop.abort() };
}

function startCourse(root: string, rendition: LoopRendition, { segmentSec }: Loop): Course {
  const chunks = splitSegment(muxSegment(rendition, 0, segmentSec), chunksPerSegment);
  const longestChunkSec = Math.max(...chunks.map(({ duration }) => duration)) / rendition.timescale;
  return { rendition, folder: `${root}/${rendition.name}`, longestChunkSec, news: createNews(), segments: [] };
}

function* chunksOf(
  course: Course,
  courses: readonly Course[],
  { loop, store, now }: LowLatencyOptions,
): Generator<Publication, never> {
  const { segmentSec } = loop;
  const first = newestSegment(now(), segmentSec) - listed + 1;
  for (let sequence = first; ; sequence = following(sequence, now(), segmentSec)) {
    const segment = begin(course, sequence, segmentSec, store);
    for (const [index, { decodeTime, duration }] of segment.chunks.entries()) {
      const publish = () => {
        segment.published = index + 1;
        updatePlaylist(course, courses, segmentSec, store);
        course.news.tell();
      };
      const dueAt = ((decodeTime + duration) / course.rendition.timescale) * 1000;
      yield { path: partPath(course, sequence, index), dueAt, publish };
    }
  }
}

/** Puts the next segment and its parts where they will be found: who asks for them early waits for their bytes. */
function begin(course: Course, sequence: number, segmentSec: number, store: Store): Segment {
  const { rendition, folder, news, segments } = course;
  const { kind } = rendition;
  const chunks = splitSegment(muxSegment(rendition, sequence, segmentSec), chunksPerSegment);
  const segment: Segment = { sequence, chunks, published: 0 };
  const available = () => sum(chunks.slice(0, segment.published).map(({ bytes }) => bytes.byteLength));
  store.set(segmentPath(course, sequence), {
    ...segmentObject(join(...chunks.map(({ bytes }) => bytes)), kind),
    growth: growthOf(available, news),
  });
  for (const [index, { bytes }] of chunks.entries()) {
    const growth = growthOf(() => (segment.published > index ? bytes.byteLength : 0), news);
    store.set(partPath(course, sequence, index), { ...segmentObject(bytes, kind), growth });
  }
  segments.push(segment);
  if (segments.length > listed + 1) segments.shift();
  deleteOld(store, folder, sequence);
  return segment;
}

function updatePlaylist(course: Course, courses: readonly Course[], segmentSec: number, store: Store): void {
  const { rendition, folder, longestChunkSec, segments } = course;
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
  const path = `${folder}/index.m3u8`;
  const current = playlistObject(text);
  const awaited = async (query: string, gone: AbortSignal) =>
    (await refuse(course, query, segmentSec, gone)) ?? store.get(path) ?? current;
  store.set(path, { ...current, awaited });
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

function deleteOld(store: Store, folder: string, newest: number): void {
  for (const path of store.keys()) {
    const [, sequence, part] = (path.startsWith(`${folder}/`) && /seg-(\d+)(\.\d+)?\.m4s$/.exec(path)) || [];
    const age = newest - Number(sequence);
    if (age > listed + kept || (part && age > 2 * segmentsWithParts)) store.delete(path);
  }
}

function segmentPath({ folder }: Course, sequence: number): string {
  return `${folder}/seg-${sequence}.m4s`;
}

function partPath({ folder }: Course, sequence: number, index: number): string {
  return `${folder}/${partName(sequence, index)}`;
}

function partName(sequence: number, index: number): string {
  return `seg-${sequence}.${index}.m4s`;
}
