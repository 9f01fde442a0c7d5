import type { Listing, Segment, Track } from './stream.ts';

/** One track on its way through the player. */
export type Lane = {
  track?: Track;
  listing?: Listing;
  /** It holds everything from the playhead to here. */
  bufferedToSec?: number;
  isComplete: boolean;
  /** Unix ms of the capture of second 0 of the timeline. */
  capturedZeroMs?: number | undefined;
  /** Initialization segments that it has. */
  readonly inits: Set<string>;
  keyUrl?: string;
};

/** What a lane does next. */
export type Step =
  /** As soon as there is room in the buffer. */
  | { readonly kind: 'fetch'; readonly segment: Segment; readonly afterSec: number }
  /** Nothing is listed yet. */
  | { readonly kind: 'wait' }
  /** What comes next is not listed any more: the player has fallen out of the window. */
  | { readonly kind: 'lost'; readonly listing: Listing }
  | { readonly kind: 'over' };

// As much as hls.js holds; at the live edge there is never so much.
const mostBufferedSec = 30;
// Durations in playlists are rounded.
const gapSec = 0.1;

export function emptyLane(): Lane {
  return { isComplete: false, inits: new Set() };
}

export function stepOf({ track, listing, bufferedToSec }: Lane, positionSec: number): Step {
  if (!track || !listing) return { kind: 'wait' };
  const toSec = bufferedToSec ?? positionSec;
  const segment = track.segments.find(({ startSec, durationSec }) => startSec + durationSec > toSec + gapSec);
  if (!segment) return { kind: listing.isLive ? 'wait' : 'over' };
  const isFirst = segment === track.segments[0];
  if (listing.isLive && isFirst && segment.startSec > toSec + gapSec) return { kind: 'lost', listing };
  return { kind: 'fetch', segment, afterSec: Math.max(0, toSec - positionSec - mostBufferedSec) };
}
