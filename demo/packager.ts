import { setTimeout as wait } from 'node:timers/promises';
import { retime } from './boxes.ts';
import { unixMs } from './clock.ts';
import type { Loop, LoopRendition } from './loop.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';
import type { Store } from './store.ts';
import { playlistObject, segmentObject } from './store.ts';

type Settings = Required<PackagerOptions>;

// An upload queue longer than this (5 minutes) is a machine that slept: what lies further back is of no use to anybody.
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
  readonly hold?: (path: string, dueAt: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Turns the loop into an endless live stream, in step with the wall clock: segment n holds what was captured from n to
 * n + 1 segment durations after the Unix epoch, and is published when that time has passed. So numbers, decode times and
 * program times go on where they were when the packager starts anew, and a cache never holds another segment of a name.
 */
export function startPackager(options: PackagerOptions): { close(): void } {
  const defaults = { root: '/live', listed: 10, kept: 12, now: unixMs, hold: async () => {} };
  const settings: Settings = { ...defaults, ...options };
  const { loop, store, root, listed, now } = settings;
  const stop = new AbortController();
  const newest = newestSegment(now(), loop.segmentSec);
  store.set(`${root}/master.m3u8`, playlistObject(masterPlaylist(loop.renditions)));
  for (const rendition of loop.renditions) {
    store.set(`${root}/${rendition.name}/init.mp4`, segmentObject(rendition.initBytes, rendition.kind));
    for (let sequence = newest - listed + 1; sequence <= newest; sequence++) publish(settings, rendition, sequence);
    follow(settings, rendition, newest + 1, stop.signal).catch((error) => {
      if (!stop.signal.aborted) throw error;
    });
  }
  return { close: () => stop.abort() };
}

/** The last segment whose capture has ended at `at` (Unix milliseconds). */
export function newestSegment(at: number, segmentSec: number): number {
  return Math.floor(at / (segmentSec * 1000)) - 1;
}

// Each rendition has its own course, so that one can be late alone, and none can overtake itself.
async function follow(settings: Settings, rendition: LoopRendition, first: number, signal: AbortSignal) {
  const { loop, root, now, hold } = settings;
  for (let next = first; ; next++) {
    next = Math.max(next, newestSegment(now(), loop.segmentSec) - longestQueue);
    const dueAt = (next + 1) * loop.segmentSec * 1000;
    while (now() < dueAt) await wait(Math.ceil(dueAt - now()), undefined, { signal });
    await hold(segmentPath(root, rendition, next), dueAt, signal);
    signal.throwIfAborted();
    publish(settings, rendition, next);
  }
}

function publish({ loop, store, root, listed, kept }: Settings, rendition: LoopRendition, sequence: number): void {
  const bytes = muxSegment(rendition, sequence, loop.segmentSec);
  uploadSegment(store, segmentPath(root, rendition, sequence), bytes, rendition.kind);
  updateManifest(store, `${root}/${rendition.name}`, sequence, { segmentSec: loop.segmentSec, listed, kept });
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

/** Manifest: the playlist in `folder` now ends with segment `last`; segments that left it long ago are deleted. */
export function updateManifest(
  store: Store,
  folder: string,
  last: number,
  { segmentSec, listed, kept }: { segmentSec: number; listed: number; kept: number },
): void {
  let first = last;
  while (last - first + 1 < listed && store.has(`${folder}/seg-${first - 1}.m4s`)) first--;
  store.set(`${folder}/index.m3u8`, playlistObject(mediaPlaylist('init.mp4', { first, last, segmentSec })));
  for (const path of store.keys()) {
    const sequence = path.startsWith(`${folder}/`) ? /seg-(\d+)\.m4s$/.exec(path)?.[1] : undefined;
    if (sequence && Number(sequence) <= last - listed - kept) store.delete(path);
  }
}

function segmentPath(root: string, { name }: LoopRendition, sequence: number): string {
  return `${root}/${name}/seg-${sequence}.m4s`;
}
