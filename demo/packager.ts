import { retime } from './boxes.ts';
import { unixMs } from './clock.ts';
import type { Loop, LoopRendition } from './loop.ts';
import type { Published } from './mpd.ts';
import { liveMpd } from './mpd.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';
import type { Publication, Schedule } from './schedule.ts';
import { publishInTurn } from './schedule.ts';
import type { Store } from './store.ts';
import { mpdObject, playlistObject, segmentObject } from './store.ts';

/** A stream that is being packaged: how, and what of each rendition is published. */
type Stream = Required<PackagerOptions> & { readonly published: Map<LoopRendition, Published> };

// An upload queue longer than this (5 minutes) is a machine that slept.
const longestQueue = 150;

export type PackagerOptions = {
  readonly loop: Loop;
  readonly store: Store;
  /** Where the stream lives in the store. Default `/live`. */
  readonly root?: string;
  /** Segments in a media playlist, published at once at the start. Default 10. */
  readonly listed?: number;
  /** How long an object outlives its place in the playlist, in segments. Default 12. */
  readonly kept?: number;
  /** Unix milliseconds. Default the machine's clock. */
  readonly now?: () => number;
  /** Resolves when the segment with that path may be published: faults hold it back here. Default at once. */
  readonly hold?: Schedule['hold'];
};

/**
 * Turns the loop into an endless live stream, in step with the wall clock: segment n holds what was captured from n to
 * n + 1 segment durations after the Unix epoch, and is published when that time has passed. So numbers, decode times and
 * program times go on where they were when the packager starts anew, and a cache never holds another segment of a name.
 */
export function startPackager(options: PackagerOptions): { close(): void } {
  const defaults = { root: '/live', listed: 10, kept: 12, now: unixMs, hold: async () => {} };
  const stream: Stream = { ...defaults, ...options, published: new Map() };
  const { loop, store, root, listed, now } = stream;
  const stop = new AbortController();
  const first = newestSegment(now(), loop.segmentSec) - listed + 1;
  store.set(`${root}/master.m3u8`, playlistObject(masterPlaylist(loop.renditions)));
  // Each rendition has its own course, so that one can be late alone.
  for (const rendition of loop.renditions) {
    store.set(`${root}/${rendition.name}/${rendition.init}`, segmentObject(rendition.initBytes, rendition.kind));
    publishInTurn(segments(stream, rendition, first), { ...stream, signal: stop.signal });
  }
  return { close: () => stop.abort() };
}

/** The last segment whose capture has ended at `at` (Unix milliseconds). */
export function newestSegment(at: number, segmentSec: number): number {
  return Math.floor(at / (segmentSec * 1000)) - 1;
}

/** The segment after `sequence`, unless that lies so far back that it is of no use to anybody any more. */
export function following(sequence: number, at: number, segmentSec: number): number {
  return Math.max(sequence + 1, newestSegment(at, segmentSec) - longestQueue);
}

function* segments(stream: Stream, rendition: LoopRendition, first: number): Generator<Publication, never> {
  const { loop, store, root, now } = stream;
  for (let sequence = first; ; sequence = following(sequence, now(), loop.segmentSec)) {
    const path = segmentPath(root, rendition, sequence);
    const publish = () => {
      uploadSegment(store, path, muxSegment(rendition, sequence, loop.segmentSec), rendition.kind);
      updateManifests(stream, rendition, sequence);
    };
    yield { path, dueAt: (sequence + 1) * loop.segmentSec * 1000, publish };
  }
}

/** Mux: the loop's next segment as segment `sequence` of the stream. */
export function muxSegment(rendition: LoopRendition, sequence: number, segmentSec: number): Uint8Array<ArrayBuffer> {
  const source = rendition.segmentBytes[sequence % rendition.segmentBytes.length];
  if (!source) throw new RangeError(`sequence: expected a whole number from 0, received ${sequence}`);
  return retime(source, sequence * segmentSec * rendition.timescale, sequence);
}

/** Upload: the segment into the origin's store. */
export function uploadSegment(store: Store, path: string, bytes: Uint8Array, kind: 'video' | 'audio'): void {
  store.set(path, segmentObject(bytes, kind));
}

/** Manifest: the rendition now ends with segment `last`, in HLS and in DASH; what left them long ago is deleted. */
function updateManifests(stream: Stream, rendition: LoopRendition, last: number): void {
  const { loop, store, root, listed, kept, published, now } = stream;
  const { segmentSec } = loop;
  const folder = `${root}/${rendition.name}`;
  let first = last;
  while (last - first + 1 < listed && store.has(segmentPath(root, rendition, first - 1))) first--;
  const window = { first, last, segmentSec };
  published.set(rendition, { rendition, window });
  const timing = { publishedAt: now(), timeShiftSec: listed * segmentSec, clock: '../time' };
  store.set(`${folder}/index.m3u8`, playlistObject(mediaPlaylist(rendition.init, window)));
  store.set(`${root}/manifest.mpd`, mpdObject(liveMpd([...published.values()], timing)));
  for (const path of store.keys()) {
    const sequence = path.startsWith(`${folder}/`) ? /seg-(\d+)\.m4s$/.exec(path)?.[1] : undefined;
    if (sequence && Number(sequence) <= last - listed - kept) store.delete(path);
  }
}

function segmentPath(root: string, { name }: LoopRendition, sequence: number): string {
  return `${root}/${name}/seg-${sequence}.m4s`;
}
