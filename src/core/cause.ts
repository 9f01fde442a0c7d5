import type { ObjectType } from './events.ts';
import type { Session } from './session.ts';

export type StallCause = 'network' | 'live_edge' | 'decode' | 'key' | 'webrtc' | 'unknown';

/** A request that a stall may be waiting for. */
export type Suspect = {
  readonly id: number;
  readonly objectType: ObjectType;
  readonly sentAt: number;
  readonly failed: boolean;
};

/** A stall that is going on. */
export type OpenStall = {
  readonly from: number;
  readonly position: number;
  /** What the player still held when the picture stopped. */
  readonly bufferAheadSec: number;
  /** What the playlist named beyond the playhead by then. */
  readonly publishedAheadSec?: number | undefined;
  /** Requests in flight when it began, failures not healed by then, and those that failed or were slow since. */
  readonly suspects: readonly Suspect[];
  /** The longest time that the playlist did not advance, as far as it reaches into the stall. */
  readonly staleMs: number;
};

// A player that holds this much and shows nothing has not run out of media.
const enoughToDecodeSec = 1;
// HLS allows a playlist to stay unchanged for 1.5 target durations (RFC 8216, 6.3.4).
const staleTargets = 1.5;

// With less than this published beyond it, the playhead has reached the live edge.
const atEdgeSec = 0.5;

// A playlist is asked for all the time: only one that hangs says something.
const hangingMs = 1000;

const media: readonly ObjectType[] = ['video', 'audio', 'muxed', 'init'];

/** Why the picture stands still, from what the player was waiting for; the first that holds. */
export function causeOf(s: Session, stall: OpenStall, at: number): StallCause {
  const { suspects, bufferAheadSec, from } = stall;
  if (s.connection) return 'webrtc';
  if (suspects.some(({ objectType }) => objectType === 'key')) return 'key';
  if (bufferAheadSec > enoughToDecodeSec) return 'decode';
  if (suspects.some(({ objectType }) => media.includes(objectType))) return 'network';
  const hangs = ({ failed, sentAt }: Suspect) => failed || from - sentAt > hangingMs;
  if (suspects.some((suspect) => suspect.objectType === 'manifest' && hangs(suspect))) return 'network';
  const { publishedAheadSec = Number.POSITIVE_INFINITY } = stall;
  return publishedAheadSec < atEdgeSec || isStale(s, stall, at) ? 'live_edge' : 'unknown';
}

function isStale({ edge }: Session, stall: OpenStall, at: number): boolean {
  if (!edge) return false;
  return Math.max(stall.staleMs, at - edge.advancedAt) > edge.targetSec * 1000 * staleTargets;
}
