// A player as a story drives it, whichever one it is. What differs between players stands in the drivers and nowhere else.

/** Wishes that every player can be asked for; what is absent stays at the player's default. */
export type Settings = {
  /** Plays whatever it is given as soon as it can. */
  readonly autoplay?: boolean;
  /** How far ahead the player buffers, seconds. */
  readonly bufferSec?: number;
  /** How far from the live edge it plays, in segments. */
  readonly segmentsBehindLive?: number;
  /** Begins with the lowest rendition. */
  readonly startsLowest?: boolean;
  /** Does without what a hostile page refuses everybody, as far as it can: workers made from strings, Resource Timing. */
  readonly modest?: boolean;
  /** Attempts after the first one, and the wait before each. */
  readonly retries?: { readonly manifest?: number; readonly segment?: number; readonly delayMs: number };
};

/** A video rendition; `bitrate` is the declared peak of picture and sound together, bit/s. */
export type Rendition = { readonly bitrate: number; readonly height: number };

export type Driver = {
  /** The name that the player has on the window. */
  readonly name: 'hls' | 'dash';
  readonly version: string;
  /** Where the wish to play shows first: as an event of the element, or in a setting of the player. */
  readonly asksBy: 'element' | 'player';
  /** What `attach` is given. */
  readonly player: object;
  /** Gives the player a source, or another one. */
  load(source: string): void;
  attachMedia(video: HTMLVideoElement): void;
  detachMedia(): void;
  /** Ascending; empty until the manifest is there. */
  renditions(): readonly Rendition[];
  /** Plays this rendition from the next segment on, and no other: an index of `renditions()`. */
  show(index: number): void;
  /** When what is shown at this position of the element was captured, as the stream says; Unix ms. */
  capturedAt(positionSec: number): number;
  /** What somebody has changed on the player since it was made, and not changed back. */
  leftovers(): readonly string[];
  destroy(): void;
};
