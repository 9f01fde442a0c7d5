import type { Publish } from 'playscope/server';
import { createNews, growthOf } from '../delivery/growth.ts';
import type { Store } from '../delivery/store.ts';
import { mpdObject, playlistObject, segmentObject } from '../delivery/store.ts';
import type { Chunk } from './chunks.ts';
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
import { after, publishInTurn } from './schedule.ts';
import type { PackagerTelemetry } from './telemetry.ts';

export type LowLatencyOptions = Omit<Schedule, 'signal'> & {
  readonly loop: Loop;
  readonly store: Store;
  readonly telemetry: PackagerTelemetry;
  /** Where players find the store. */
  readonly originUrl: string;
  /** Where the stream lives in the store. Default `/ll`. */
  readonly root?: string;
};

/** The stream on its way: what its chunks are published by, and what lists them. */
type Stream = LowLatencyOptions & {
  readonly courses: readonly Course[];
  readonly publish: Publish;
  readonly signal: AbortSignal;
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
  const { loop, store, now, telemetry } = options;
  const stop = new AbortController();
  const courses = loop.renditions.map((rendition) => startCourse(root, rendition, loop));
  const publish = telemetry.publisher(['hls', 'dash'], now);
  const stream = { ...options, courses, publish, signal: stop.signal };
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
    publishInTurn(chunksOf(course, stream), stream);
  }
  // The first playlists could not report on renditions that began after them.
  for (const course of courses) store.set(playlistPath(course), listCourse(course, courses, loop.segmentSec));
  return { close: () => stop.abort() };
}

function startCourse(root: string, rendition: LoopRendition, { segmentSec }: Loop): Course {
  const chunks = splitSegment(muxSegment(rendition, 0, segmentSec), chunksPerSegment);
  const longestChunkSec = Math.max(...chunks.map(({ duration }) => duration)) / rendition.timescale;
  return { rendition, folder: `${root}/${rendition.name}`, longestChunkSec, news: createNews(), segments: [] };
}

function* chunksOf(course: Course, stream: Stream): Generator<Publication, never> {
  const { loop, store, now } = stream;
  const { segmentSec } = loop;
  const first = newestSegment(now(), segmentSec) - listed + 1;
  for (let sequence = first; ; sequence = following(sequence, now(), segmentSec)) {
    const segment = begin(course, sequence, segmentSec, store);
    for (const [index, { decodeTime, duration }] of segment.chunks.entries()) {
      const publish = (framesInAt?: number) => publishChunk(stream, course, segment, index, framesInAt);
      const dueAt = ((decodeTime + duration) / course.rendition.timescale) * 1000;
      yield { path: partPath(course, sequence, index), dueAt, publish };
    }
  }
}

/** Mux, upload, manifest: one chunk on its way to the players. */
function publishChunk(stream: Stream, course: Course, segment: Segment, index: number, framesInAt?: number) {
  const { loop, store, telemetry, originUrl, courses, publish, slow, signal } = stream;
  const { rendition, news } = course;
  const { sequence } = segment;
  const chunk = segment.chunks[index] as Chunk;
  const path = partPath(course, sequence, index);
  const durationSec = chunk.duration / rendition.timescale;
  return publish(
    { sequence, path, framesInAt, durationSec, manifests: [playlistPath(course)], cdnUrl: `${originUrl}${path}` },
    {
      mux: () => after(slow('mux', path, signal), () => chunk.bytes),
      upload: (_, { traceparent }) =>
        after(slow('upload', path, signal), () => {
          // Of the segment as a whole that is the newest news.
          telemetry.publications.remember(segmentPath(course, sequence), traceparent);
          segment.uploaded = index + 1;
          news.tell();
        }),
      manifest: () =>
        after(slow('manifest', path, signal), () => {
          segment.published = index + 1;
          store.set(playlistPath(course), listCourse(course, courses, loop.segmentSec));
          news.tell();
        }),
    },
  );
}

/** Puts the next segment and its parts where they will be found: who asks for them early waits for their bytes. */
function begin(course: Course, sequence: number, segmentSec: number, store: Store): Segment {
  const { rendition, folder, news, segments } = course;
  const { kind } = rendition;
  const chunks = splitSegment(muxSegment(rendition, sequence, segmentSec), chunksPerSegment);
  const segment: Segment = { sequence, chunks, uploaded: 0, published: 0 };
  const available = () => sum(chunks.slice(0, segment.uploaded).map(({ bytes }) => bytes.byteLength));
  store.set(segmentPath(course, sequence), {
    ...segmentObject(join(...chunks.map(({ bytes }) => bytes)), kind),
    growth: growthOf(available, news),
  });
  for (const [index, { bytes }] of chunks.entries()) {
    const growth = growthOf(() => (segment.uploaded > index ? bytes.byteLength : 0), news);
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

function playlistPath({ folder }: Course): string {
  return `${folder}/index.m3u8`;
}

function segmentPath({ folder }: Course, sequence: number): string {
  return `${folder}/seg-${sequence}.m4s`;
}

function partPath({ folder }: Course, sequence: number, index: number): string {
  return `${folder}/${partName(sequence, index)}`;
}
