import type { Dash } from './player.ts';
import { ask } from './player.ts';

type DvrInfo = { getCurrentDVRInfo(): { readonly range: { start: number; end: number } } | null };
type Jump = {
  readonly from: number;
  readonly to: number;
  readonly buffered: TimeRanges;
  /** The picture moved when the jump began. */
  readonly moving: boolean;
};

const smallJumpSec = 1;
const nearSec = 0.5;
// dash.js jumps up to 0.3 s before a gap (gaps.threshold), and the playhead was last seen up to 0.25 s before that.
const beforeGapSec = 0.6;

/** Whether dash.js made a jump by itself. It does not say so, but it has few reasons. */
export function isOwnJump(player: Dash, { from, to, buffered, moving }: Jump): boolean {
  // A nudge out of a stall; or to what is buffered next, from where the picture stopped or is about to.
  if (!moving && to > from && to - from < smallJumpSec) return true;
  if (to > from && beginsRange(buffered, to) && (!moving || endsRange(buffered, from))) return true;
  const range = ask(() => (player.getDashMetrics() as DvrInfo).getCurrentDVRInfo()?.range);
  if (!range) return false;
  const atLivePoint = Math.abs(range.end - (ask(() => player.getTargetLiveDelay()) ?? 0) - to) < nearSec;
  // Fallen out of the window, or too far behind in low latency mode, it goes to the live point.
  return atLivePoint && (from < range.start || (ask(() => player.getLowLatencyModeEnabled?.()) ?? false));
}

function beginsRange(buffered: TimeRanges, position: number): boolean {
  for (let range = 0; range < buffered.length; range++) {
    if (position >= buffered.start(range) && position - buffered.start(range) < nearSec) return true;
  }
  return false;
}

function endsRange(buffered: TimeRanges, position: number): boolean {
  for (let range = 0; range < buffered.length; range++) {
    if (position >= buffered.start(range) && Math.abs(buffered.end(range) - position) < beforeGapSec) return true;
  }
  return false;
}
