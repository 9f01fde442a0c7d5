import { findBox } from '../packager/boxes.ts';
import { durationOf } from '../packager/samples.ts';

/** What is known of one rendition of the loop, read from its files. */
export type Rendition = {
  readonly name: string;
  readonly kind: 'video' | 'audio';
  /** As EXT-X-STREAM-INF CODECS and DASH write it. */
  readonly codecs: string;
  /** As `MediaSource.isTypeSupported` takes it. */
  readonly mime: string;
  /** Ticks per second. */
  readonly timescale: number;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
  readonly sampleRate?: number;
  readonly channels?: number;
  /** Bit/s over the whole loop, and of its largest segment. */
  readonly averageBandwidth: number;
  readonly peakBandwidth: number;
  readonly init: string;
  /** Durations in ticks. */
  readonly segments: readonly { readonly file: string; readonly duration: number; readonly bytes: number }[];
};

export type Facts = {
  readonly segmentSec: number;
  readonly loopSec: number;
  readonly renditions: readonly Rendition[];
};

/** Reads the facts of a rendition from its initialization segment and its media segments. */
export function readFacts(name: string, init: Uint8Array, segments: readonly Uint8Array[]): Rendition {
  const timescale = timescaleOf(init);
  const files = segments.map((bytes, i) => ({
    file: `seg-${String(i).padStart(2, '0')}.m4s`,
    duration: durationOf(bytes),
    bytes: bytes.byteLength,
  }));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const ticks = files.reduce((sum, { duration }) => sum + duration, 0);
  return {
    name,
    ...describe(init, segments),
    timescale,
    averageBandwidth: Math.ceil((total * 8 * timescale) / ticks),
    peakBandwidth: Math.max(...files.map(({ bytes, duration }) => Math.ceil((bytes * 8 * timescale) / duration))),
    init: 'init.mp4',
    segments: files,
  };
}

function timescaleOf(init: Uint8Array): number {
  const { body } = findBox(init, 'mdhd');
  return body.getUint32(body.getUint8(0) === 1 ? 20 : 12);
}

function describe(init: Uint8Array, segments: readonly Uint8Array[]) {
  // stsd: version and flags, the number of entries, then the first sample entry.
  const { body } = findBox(init, 'stsd');
  const format = String.fromCharCode(...[12, 13, 14, 15].map((at) => body.getUint8(at)));
  const entry = new DataView(body.buffer, body.byteOffset + 16);
  if (format === 'vp09') {
    const codecs = vp9Codec(body);
    const frames = segments.reduce((sum, bytes) => sum + findBox(bytes, 'trun').body.getUint32(4), 0);
    const seconds = segments.reduce((sum, bytes) => sum + durationOf(bytes), 0) / timescaleOf(init);
    return {
      kind: 'video',
      codecs,
      mime: `video/mp4; codecs="${codecs}"`,
      width: entry.getUint16(24),
      height: entry.getUint16(26),
      frameRate: frames / seconds,
    } as const;
  }
  if (format === 'Opus') {
    // The registered name of the sample entry is `Opus`; browsers and playlists say `opus`.
    const stream = { sampleRate: entry.getUint32(24) >>> 16, channels: entry.getUint16(16) };
    return { kind: 'audio', codecs: 'opus', mime: 'audio/mp4; codecs="opus"', ...stream } as const;
  }
  throw new RangeError(`sample entry: expected vp09 or Opus, received ${format}`);
}

/** `vp09.PP.LL.DD` from the vpcC box, which lies behind the 86 bytes of the visual sample entry. */
function vp9Codec(stsd: DataView): string {
  const entry = new Uint8Array(stsd.buffer, stsd.byteOffset + 8 + 86, stsd.getUint32(8) - 86);
  const { body } = findBox(entry, 'vpcC');
  const parts = [body.getUint8(4), body.getUint8(5), body.getUint8(6) >> 4];
  return ['vp09', ...parts.map((part) => String(part).padStart(2, '0'))].join('.');
}
