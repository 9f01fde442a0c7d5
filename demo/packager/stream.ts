import type { Publish } from 'playscope/server';
import { unixMs } from '../clock.ts';
import type { Store } from '../delivery/store.ts';
import type { Loop, LoopRendition } from './loop.ts';
import type { Published } from './mpd.ts';
import type { Schedule } from './schedule.ts';
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
  /** The share of the frames of the segment with that path that does not come in: faults lose them here. Default none. */
  readonly frameLoss?: (path: string) => number;
  /** Who is told of the work. Default nobody. */
  readonly telemetry?: PackagerTelemetry;
  /** Where players find the store. */
  readonly originUrl?: string | undefined;
  /** Default none: in the clear, in HLS and in DASH. */
  readonly protection?: Protection;
};

/** A stream that is being packaged: how, and what of each rendition is published. */
export type Stream = Required<Omit<PackagerOptions, 'protection' | 'originUrl'>> &
  Pick<PackagerOptions, 'protection' | 'originUrl'> & {
    readonly published: Map<LoopRendition, Published>;
    readonly publish: Publish;
    readonly signal: AbortSignal;
  };

/** The stream that the options describe, with what they leave out. */
export function streamOf(options: PackagerOptions, signal: AbortSignal): Stream {
  const nothing = { hold: async () => {}, slow: () => undefined, frameLoss: () => 0 };
  const telemetry = options.telemetry ?? startPackagerTelemetry(options.loop);
  const stream = { root: '/live', listed: 10, kept: 12, now: unixMs, ...nothing, ...options, telemetry, signal };
  const protocols = (['hls', 'dash'] as const).filter((protocol) => isIn(protocol, stream.protection));
  return { ...stream, published: new Map(), publish: telemetry.publisher(protocols, stream.now) };
}

/** Whether a stream is published in that protocol. */
export function isIn(protocol: 'hls' | 'dash', protection: Protection | undefined): boolean {
  return !protection || (protocol === 'hls' ? protection.keyTag : protection.contentProtection) !== undefined;
}

/** What lists a rendition. */
export function manifestPaths(stream: Stream, rendition: LoopRendition): string[] {
  const { protection } = stream;
  return [
    ...(isIn('hls', protection) ? [playlistPath(stream, rendition)] : []),
    ...(isIn('dash', protection) ? [mpdPath(stream)] : []),
  ];
}

/** The HLS playlist of a rendition. */
export function playlistPath(stream: Stream, rendition: LoopRendition): string {
  return `${stream.root}/${folderOf(stream, rendition)}/index.m3u8`;
}

/** The MPD of all renditions. */
export function mpdPath({ root }: Stream): string {
  return `${root}/manifest.mpd`;
}

/** Where a rendition's media is, seen from the manifests. */
export function folderOf({ protection }: Pick<Stream, 'protection'>, { name }: LoopRendition): string {
  return protection?.folder ? `${protection.folder}/${name}` : name;
}

/** A segment of a rendition. */
export function segmentPath(stream: Stream, rendition: LoopRendition, sequence: number): string {
  return `${stream.root}/${folderOf(stream, rendition)}/seg-${sequence}.m4s`;
}
