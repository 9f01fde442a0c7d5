import type { Publish } from 'playscope/server';
import { unixMs } from '../clock.ts';
import type { Store } from '../delivery/store.ts';
import { mpdObject, playlistObject, segmentObject } from '../delivery/store.ts';
import type { Loop, LoopRendition } from './loop.ts';
import type { Published } from './mpd.ts';
import { liveMpd } from './mpd.ts';
import { following, muxSegment, newestSegment } from './mux.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';
import type { Publication, Schedule } from './schedule.ts';
import { after, publishInTurn } from './schedule.ts';
import type { PackagerTelemetry } from './telemetry.ts';
import { startPackagerTelemetry } from './telemetry.ts';

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
type Stream = Required<Omit<PackagerOptions, 'protection' | 'originUrl'>> &
  Pick<PackagerOptions, 'protection' | 'originUrl'> & {
    readonly published: Map<LoopRendition, Published>;
    readonly publish: Publish;
    readonly signal: AbortSignal;
  };

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
  /** Resolves when a step of a publication may go on: faults slow it here. Default at once. */
  readonly slow?: Schedule['slow'];
  /** Who is told of the work. Default nobody. */
  readonly telemetry?: PackagerTelemetry;
  /** Where players find the store. */
  readonly originUrl?: string | undefined;
  /** Default none: in the clear, in HLS and in DASH. */
  readonly protection?: Protection;
};

/**
 * Turns the loop into an endless live stream, in step with the wall clock: segment n holds what was captured from n to
 * n + 1 segment durations after the Unix epoch, and is published when that time has passed. So numbers, decode times and
 * program times go on where they were when the packager starts anew, and a cache never holds another segment of a name.
 */
export function startPackager(options: PackagerOptions): { close(): void } {
  const stop = new AbortController();
  const stream = streamOf(options, stop.signal);
  const { loop, store, root, listed, now, protection } = stream;
  const first = newestSegment(now(), loop.segmentSec) - listed + 1;
  if (isIn('hls', protection)) store.set(`${root}/master.m3u8`, playlistObject(masterPlaylist(loop.renditions)));
  // Each rendition has its own course, so that one can be late alone.
  for (const rendition of loop.renditions) {
    const init = protection?.protectInit?.(rendition.initBytes) ?? rendition.initBytes;
    store.set(`${root}/${folderOf(stream, rendition)}/${rendition.init}`, segmentObject(init, rendition.kind));
    publishInTurn(segments(stream, rendition, first), stream);
  }
  return { close: () => stop.abort() };
}

function streamOf(options: PackagerOptions, signal: AbortSignal): Stream {
  const nothing = { hold: async () => {}, slow: () => undefined };
  const telemetry = options.telemetry ?? startPackagerTelemetry(options.loop);
  const stream = { root: '/live', listed: 10, kept: 12, now: unixMs, ...nothing, ...options, telemetry, signal };
  const protocols = (['hls', 'dash'] as const).filter((protocol) => isIn(protocol, stream.protection));
  return { ...stream, published: new Map(), publish: telemetry.publisher(protocols, stream.now) };
}

function* segments(stream: Stream, rendition: LoopRendition, first: number): Generator<Publication, never> {
  const { loop, now } = stream;
  for (let sequence = first; ; sequence = following(sequence, now(), loop.segmentSec)) {
    const path = segmentPath(stream, rendition, sequence);
    const publish = (framesInAt?: number) => publishSegment(stream, rendition, sequence, framesInAt);
    yield { path, dueAt: (sequence + 1) * loop.segmentSec * 1000, publish };
  }
}

/** Mux, encrypt, upload, manifest: one segment on its way to the players. */
async function publishSegment(stream: Stream, rendition: LoopRendition, sequence: number, framesInAt?: number) {
  const { loop, store, originUrl, protection, publish, slow, signal, telemetry } = stream;
  const { segmentSec } = loop;
  const path = segmentPath(stream, rendition, sequence);
  const began = performance.now();
  await publish(
    {
      ...{ sequence, path, framesInAt, durationSec: segmentSec, manifests: manifestPaths(stream, rendition) },
      cdnUrl: originUrl && `${originUrl}${path}`,
    },
    {
      mux: () =>
        after(slow('mux', path, signal), (): Uint8Array => {
          const bytes = muxSegment(rendition, sequence, segmentSec);
          telemetry.arrived(rendition, sequence, bytes.byteLength);
          return bytes;
        }),
      encrypt:
        protection &&
        ((bytes) => after(slow('encrypt', path, signal), () => protection.encrypt(bytes, rendition.name, sequence))),
      upload: (bytes) =>
        after(slow('upload', path, signal), () => void store.set(path, segmentObject(bytes, rendition.kind))),
      manifest: () => after(slow('manifest', path, signal), () => updateManifests(stream, rendition, sequence)),
    },
  );
  telemetry.packaged(`${stream.root}/${folderOf(stream, rendition)}`, performance.now() - began);
}

/** The rendition now ends with segment `last`, in HLS and in DASH; what left them long ago is deleted. */
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
    store.set(playlistPath(stream, rendition), playlistObject(playlist));
  }
  if (isIn('dash', protection)) {
    published.set(rendition, { rendition, folder, window });
    const timing = { publishedAt: now(), timeShiftSec: listed * segmentSec, clock: '../time' };
    const mpd = liveMpd([...published.values()], timing, protection?.contentProtection);
    store.set(mpdPath(stream), mpdObject(mpd));
  }
  for (const path of store.keys()) {
    const sequence = path.startsWith(`${root}/${folder}/`) ? /seg-(\d+)\.m4s$/.exec(path)?.[1] : undefined;
    if (sequence && Number(sequence) <= last - listed - kept) store.delete(path);
  }
}

function isIn(protocol: 'hls' | 'dash', protection: Protection | undefined): boolean {
  return !protection || (protocol === 'hls' ? protection.keyTag : protection.contentProtection) !== undefined;
}

function manifestPaths(stream: Stream, rendition: LoopRendition): string[] {
  const { protection } = stream;
  return [
    ...(isIn('hls', protection) ? [playlistPath(stream, rendition)] : []),
    ...(isIn('dash', protection) ? [mpdPath(stream)] : []),
  ];
}

function playlistPath(stream: Stream, rendition: LoopRendition): string {
  return `${stream.root}/${folderOf(stream, rendition)}/index.m3u8`;
}

function mpdPath({ root }: Stream): string {
  return `${root}/manifest.mpd`;
}

/** Where a rendition's media is, seen from the manifests. */
function folderOf({ protection }: Pick<Stream, 'protection'>, { name }: LoopRendition): string {
  return protection?.folder ? `${protection.folder}/${name}` : name;
}

function segmentPath(stream: Stream, rendition: LoopRendition, sequence: number): string {
  return `${stream.root}/${folderOf(stream, rendition)}/seg-${sequence}.m4s`;
}
