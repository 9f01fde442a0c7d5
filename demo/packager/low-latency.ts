import { createNews, growthOf } from '../delivery/growth.ts';
import type { Store } from '../delivery/store.ts';
import { mpdObject, playlistObject, segmentObject } from '../delivery/store.ts';
import { splitSegment } from './chunks.ts';
import type { Course, Segment } from './course.ts';
import { chunksPerSegment, listCourse, partName } from './course.ts';
import { join } from './fragment.ts';
import type { Loop, LoopRendition } from './loop.ts';
import { lowLatencyMpd } from './mpd.ts';
import { following, muxSegment, newestSegment } from './mux.ts';
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

const listed = 10;
const kept = 12;
// Twice as long as they are listed.
const partsKept = 6;

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
  for (const course of courses) store.set(`${course.folder}/index.m3u8`, listCourse(course, courses, loop.segmentSec));
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
        store.set(`${course.folder}/index.m3u8`, listCourse(course, courses, segmentSec));
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

function deleteOld(store: Store, folder: string, newest: number): void {
  for (const path of store.keys()) {
    const [, sequence, part] = (path.startsWith(`${folder}/`) && /seg-(\d+)(\.\d+)?\.m4s$/.exec(path)) || [];
    const age = newest - Number(sequence);
    if (age > listed + kept || (part && age > partsKept)) store.delete(path);
  }
}

function segmentPath({ folder }: Course, sequence: number): string {
  return `${folder}/seg-${sequence}.m4s`;
}

function partPath({ folder }: Course, sequence: number, index: number): string {
  return `${folder}/${partName(sequence, index)}`;
}
