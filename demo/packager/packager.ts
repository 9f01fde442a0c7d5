import { unixMs } from '../clock.ts';
import type { Store } from '../delivery/store.ts';
import { mpdObject, playlistObject, segmentObject } from '../delivery/store.ts';
import type { Loop, LoopRendition } from './loop.ts';
import type { Published } from './mpd.ts';
import { liveMpd } from './mpd.ts';
import { following, muxSegment, newestSegment } from './mux.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';
import type { Publication, Schedule } from './schedule.ts';
import { publishInTurn } from './schedule.ts';

/** How a stream is encrypted. HLS and DASH do it in ways of their own, so each is published alone where it has one. */
export type Protection = {
  /** Media lies in this folder below the manifests. Default beside them. */
  readonly folder?: string;
  /** What becomes of an initialization segment. Default nothing. */
  readonly protectInit?: (init: Uint8Array) => Uint8Array;
  readonly encrypt: (segment: Uint8Array, name: string, sequence: number) => Uint8Array;
  /** EXT-X-KEY of a segment: the stream is published in HLS. */
  readonly keyTag?: (name: string, sequence: number) => string;
  /** ContentProtection elements: the stream is published in DASH. */
  readonly contentProtection?: readonly string[];
};

/** A stream that is being packaged: how, and what of each rendition is published. */
type Stream = Required<Omit<PackagerOptions, 'protection'>> &
  Pick<PackagerOptions, 'protection'> & { readonly published: Map<LoopRendition, Published> };

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
  /** Default none: in the clear, in HLS and in DASH. */
  readonly protection?: Protection;
};

/**
 * Turns the loop into an endless live stream, in step with the wall clock: segment n holds what was captured from n to
 * n + 1 segment durations after the Unix epoch, and is published when that time has passed. So numbers, decode times and
 * program times go on where they were when the packager starts anew, and a cache never holds another segment of a name.
 */
export function startPackager(options: PackagerOptions): { close(): void } {
  const defaults = { root: '/live', listed: 10, kept: 12, now: unixMs, hold: async () => {} };
  const stream: Stream = { ...defaults, ...options, published: new Map() };
  const { loop, store, root, listed, now, protection } = stream;
  const stop = new AbortController();
  const first = newestSegment(now(), loop.segmentSec) - listed + 1;
  if (isIn('hls', protection)) store.set(`${root}/master.m3u8`, playlistObject(masterPlaylist(loop.renditions)));
  // Each rendition has its own course, so that one can be late alone.
  for (const rendition of loop.renditions) {
    const init = protection?.protectInit?.(rendition.initBytes) ?? rendition.initBytes;
    store.set(`${root}/${folderOf(stream, rendition)}/${rendition.init}`, segmentObject(init, rendition.kind));
    publishInTurn(segments(stream, rendition, first), { ...stream, signal: stop.signal });
  }
  return { close: () => stop.abort() };
}

function* segments(stream: Stream, rendition: LoopRendition, first: number): Generator<Publication, never> {
  const { loop, store, now, protection } = stream;
  for (let sequence = first; ; sequence = following(sequence, now(), loop.segmentSec)) {
    const path = segmentPath(stream, rendition, sequence);
    const publish = () => {
      const segment = muxSegment(rendition, sequence, loop.segmentSec);
      const bytes = protection?.encrypt(segment, rendition.name, sequence) ?? segment;
      uploadSegment(store, path, bytes, rendition.kind);
      updateManifests(stream, rendition, sequence);
    };
    yield { path, dueAt: (sequence + 1) * loop.segmentSec * 1000, publish };
  }
}

/** Upload: the segment into the origin's store. */
export function uploadSegment(store: Store, path: string, bytes: Uint8Array, kind: 'video' | 'audio'): void {
  store.set(path, segmentObject(bytes, kind));
}

/** Manifest: the rendition now ends with segment `last`, in HLS and in DASH; what left them long ago is deleted. */
function updateManifests(stream: Stream, rendition: LoopRendition, last: number): void {
  const { loop, store, root, listed, kept, published, now, protection } = stream;
  const { segmentSec } = loop;
  const folder = folderOf(stream, rendition);
  let first = last;
  while (last - first + 1 < listed && store.has(segmentPath(stream, rendition, first - 1))) first--;
  const window = { first, last, segmentSec };
  if (isIn('hls', protection)) {
    const keyTag = protection?.keyTag?.bind(undefined, rendition.name);
    const playlist = mediaPlaylist(rendition.init, window, keyTag && { keyTag });
    store.set(`${root}/${folder}/index.m3u8`, playlistObject(playlist));
  }
  if (isIn('dash', protection)) {
    published.set(rendition, { rendition, folder, window });
    const timing = { publishedAt: now(), timeShiftSec: listed * segmentSec, clock: '../time' };
    const mpd = liveMpd([...published.values()], timing, protection?.contentProtection);
    store.set(`${root}/manifest.mpd`, mpdObject(mpd));
  }
  for (const path of store.keys()) {
    const sequence = path.startsWith(`${root}/${folder}/`) ? /seg-(\d+)\.m4s$/.exec(path)?.[1] : undefined;
    if (sequence && Number(sequence) <= last - listed - kept) store.delete(path);
  }
}

function isIn(protocol: 'hls' | 'dash', protection: Protection | undefined): boolean {
  return !protection || (protocol === 'hls' ? protection.keyTag : protection.contentProtection) !== undefined;
}

/** Where a rendition's media is, seen from the manifests. */
function folderOf({ protection }: Stream, { name }: LoopRendition): string {
  return protection?.folder ? `${protection.folder}/${name}` : name;
}

function segmentPath(stream: Stream, rendition: LoopRendition, sequence: number): string {
  return `${stream.root}/${folderOf(stream, rendition)}/seg-${sequence}.m4s`;
}
