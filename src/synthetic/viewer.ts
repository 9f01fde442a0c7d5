import type { Figures } from '../core/snapshot.ts';

/** One synthetic viewer, in a browser or without one. */
export type Viewer = {
  readonly kind: 'browser' | 'light';
  /** The figures now, as `view.snapshot()` has them; undefined before there are any. Never rejects. */
  snapshot(): Promise<(Figures & { readonly sessionId?: string }) | undefined>;
  /** Ends it and sends what is left. Never rejects. */
  stop(): Promise<void>;
  /** What ended the playback, for people. */
  problem?(): string | undefined;
  /** The picture as it is now, into a file. Never rejects. */
  screenshot?(path: string): Promise<void>;
};

export type ViewerOptions = {
  /** What is watched: a playlist, a manifest or a WHEP endpoint. */
  readonly url: string;
  readonly protocol: 'hls' | 'dash' | 'webrtc';
  /** `stream.id` of what it reports. */
  readonly streamId: string;
  /** OTLP/HTTP base URL. */
  readonly endpoint: string;
  readonly region?: string | undefined;
  /** Added to the requests to the origin of `url`, and to no other. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Aborted when the watch is over before the viewer has started; a viewer that has is stopped. */
  readonly signal: AbortSignal;
};
