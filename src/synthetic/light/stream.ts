import type { Rendition } from '../../core/events.ts';

/** Something to fetch; `range` is the value of its `Range` header, where it is a part of a file. */
export type Piece = { readonly url: string; readonly range?: string | undefined };

/** A segment on the timeline of its stream. */
export type Segment = Piece & {
  readonly sequence: number;
  readonly startSec: number;
  readonly durationSec: number;
  readonly init?: Piece | undefined;
  readonly keyUrl?: string | undefined;
  /** Unix ms of the capture of its beginning, where the stream says so. */
  readonly capturedAtMs?: number | undefined;
};

/** One rendition of the picture, of the sound, or of both together, and what of it can be fetched now. */
export type Track = {
  readonly objectType: 'video' | 'audio' | 'muxed';
  readonly rendition: Rendition;
  readonly segments: readonly Segment[];
};

/** What a playlist or an MPD says at one time. */
export type Listing = {
  readonly tracks: readonly Track[];
  readonly isLive: boolean;
  readonly targetDurationSec: number;
  /** Where a viewer who comes now begins: at the live point of a live stream. */
  readonly beginsAtSec: (wallMs: number) => number;
  /** How long it may be used before it is asked for again. */
  readonly refreshSec: number;
};

/** A playlist or an MPD, to be asked for again and again while its stream is live. */
export type Manifest = {
  readonly url: string;
  readonly trackCount: number;
  /** Its text, where it has been fetched already. */
  readonly text?: string | undefined;
  /** @throws when it is none, or has nothing that a light viewer can fetch. */
  readonly read: (text: string) => Listing;
};
