import type { AttachOptions, View } from '../../index.ts';

/** What the page is told. */
export type Order = {
  readonly url: string;
  readonly protocol: 'hls' | 'dash' | 'webrtc';
  readonly attach: AttachOptions;
};

/** A player at work. */
export type Playing = {
  readonly view: View;
  /** Lets go of the stream. */
  end(): Promise<void>;
};

/** @param say what ended the playback, for people. */
export type Play = (
  video: HTMLVideoElement,
  order: Order,
  say: (problem: string) => void,
) => Playing | Promise<Playing>;
