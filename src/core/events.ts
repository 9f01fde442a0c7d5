import type { ConnectionSample } from './connection.ts';

/**
 * The vocabulary: everything an adapter can say about a player. A new player never adds a word. Instants (`at`) are
 * milliseconds on the page's monotonic clock (`performance.now()`), positions and media durations are seconds.
 */
export type PlaybackEvent =
  /** A content was given to the player. The same source again is the same viewing. */
  | Word<'load', { readonly source: string }>
  /** Someone wants to play. `armed`: by the autoplay attribute, so not yet an attempt by the viewer. */
  | Word<'play', { readonly armed?: boolean }>
  /** The picture moves. At the first frame after a play, a wait or a seek; with nothing before it: attached midway. */
  | Word<'playing', { readonly position: number }>
  /** The picture stopped although nobody asked for it; `at` is when it really stopped. */
  | Word<'waiting', { readonly position: number; readonly bufferAheadSec: number }>
  /** The player is paused; also the end of a seek made while paused. */
  | Word<'pause'>
  /** The viewer (not the player) jumps. */
  | Word<'seek', { readonly to: number }>
  | Word<'ended'>
  /** Another rendition is on screen. */
  | Word<'quality', { readonly rendition: Rendition }>
  /** One request attempt: first without an outcome when it is sent, then once more with it. */
  | Word<'request', { readonly request: Request; readonly outcome?: Outcome }>
  /** Something failed that is not a request attempt, or, when fatal, playback is over. */
  | Word<'error', { readonly errorType: string; readonly fatal: boolean; readonly message: string }>
  /** How things stand; about once a second, and when the page is hidden or shown. */
  | Word<'sample', Sample>
  /** The viewer left, or the page let go of the player. */
  | Word<'quit', { readonly reason: 'detach' | 'leave' | 'destroyed' }>;

type Word<Type extends string, Rest = unknown> = { readonly type: Type; readonly at: number } & Rest;

export type Protocol = 'hls' | 'dash' | 'webrtc' | 'native';

/** A rendition; `bitrate` is the declared peak of picture and sound together (HLS BANDWIDTH), in bit/s; 0 where none is declared. */
export type Rendition = {
  readonly bitrate: number;
  readonly averageBitrate?: number | undefined;
  /** The sound's part of `bitrate`, where it has renditions of its own: a change of the sound alone is no switch. */
  readonly audioBitrate?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly codecs?: string | undefined;
};

/** CMCD object types in full words. */
export type ObjectType = 'manifest' | 'init' | 'video' | 'audio' | 'muxed' | 'key' | 'text' | 'other';

export type Request = {
  /** Unique within the page. */
  readonly id: number;
  readonly objectType: ObjectType;
  /** As asked for, before redirects; redacted only where it leaves the page. */
  readonly url: string;
  /** Earlier attempts at the same object (`http.request.resend_count`). */
  readonly retry: number;
  readonly sequence?: number | undefined;
  readonly part?: number | undefined;
  readonly durationSec?: number | undefined;
  readonly rendition?: Rendition | undefined;
  readonly bufferAheadSec?: number | undefined;
  /** The server holds the answer back on purpose (blocking playlist reload): its waiting is not slowness. */
  readonly blocking?: boolean | undefined;
  /** The segment is sent while it is still being produced (chunked CMAF): its duration says nothing about the network. */
  readonly chunked?: boolean | undefined;
};

export type Outcome = {
  readonly result: 'ok' | 'failed' | 'aborted';
  /** HTTP status; absent when there was no response. */
  readonly status?: number | undefined;
  readonly ttfbMs?: number | undefined;
  readonly durationMs: number;
  readonly bytes: number;
  /** Short class of the failure, e.g. `http_404`, `timeout`, `connection_failed`. */
  readonly errorType?: string | undefined;
  readonly cache: 'hit' | 'miss' | 'local' | 'unknown';
  /** After redirects, where the player tells. */
  readonly finalUrl?: string | undefined;
  /** Absent where the browser does not tell: never 0. */
  readonly phases?: Phases | undefined;
  /** What the origin says of its answer, where the page may read it. */
  readonly served?: Served | undefined;
};

/** Server-Timing of an instrumented origin. The contexts are `traceparent` headers (W3C Trace Context). */
export type Served = {
  /** Its span of this answer; a cache replays it with the answer. */
  readonly traceparent?: string | undefined;
  /** The span of the publication that made the object. */
  readonly publish?: string | undefined;
  /** When it began to answer, Unix ms of its clock. */
  readonly atMs?: number | undefined;
};

/** Network phases in ms, from Resource Timing. `protocol` is the ALPN id such as `h2`. */
export type Phases = {
  readonly dns?: number | undefined;
  readonly connect?: number | undefined;
  readonly tls?: number | undefined;
  readonly wait?: number | undefined;
  readonly receive?: number | undefined;
  readonly protocol?: string | undefined;
};

export type Sample = {
  /** NaN where it is not known at this instant: then it counts nothing and stays. */
  readonly position: number;
  readonly bufferAheadSec: number;
  /** Playback rate, default 1. */
  readonly rate?: number | undefined;
  readonly hidden?: boolean | undefined;
  /** Totals of the browser since it last restarted them. */
  readonly frames?: { readonly total: number; readonly dropped: number } | undefined;
  /** Wall clock minus program time of the frame on screen. */
  readonly liveLatencySec?: number | undefined;
  /** The newest segment that the playlist names: how one knows whether the stream itself goes on. */
  readonly edge?:
    | { readonly sequence: number; readonly targetDurationSec: number /** Where it ends. */; readonly endSec?: number }
    | undefined;
  /** How the peer connection stands, and what its streams did since the sample before. */
  readonly connection?: ConnectionSample | undefined;
};
