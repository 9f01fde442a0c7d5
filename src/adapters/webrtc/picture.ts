/** What the counters say of the picture since the look before; of the sound, where there is no picture. */
export type Look = {
  /** ms of the page's clock. */
  readonly at: number;
  /** Frames that were decoded, or packets of sound that came. */
  readonly frames: number;
  /** Freezes and pauses that have ended, and their length; absent where the browser does not count them. */
  readonly gaps?: { readonly count: number; readonly ms: number } | undefined;
  readonly lastPacketAt?: number | undefined;
  /** Whether a picture that stands is trouble: the sender has not stopped it on purpose. */
  readonly expected: boolean;
};

/** When the picture stopped and when it moved again. */
export type Stops = { stops(at: number): void; moves(at: number): void };

// Encoders of a still scene send a frame a second.
const standingMs = 1000;
const longestFrameMs = 250;

/**
 * Finds the gaps in a picture by its counters. Browsers count a gap when the next frame ends it (webrtc-stats: longer than
 * three frames, or by 150 ms than one; beyond five seconds it is called a pause), so that a gap that goes on has to be seen
 * from what does not come. The gap as the browser measured it is what is told in the end.
 */
export function pictureGaps({ stops, moves }: Stops): (look: Look) => void {
  let before: Look | undefined;
  /** When the gap began that is told and goes on. */
  let openAt: number | undefined;
  let frameMs = 40;
  let movedAt = Number.NEGATIVE_INFINITY;
  /** It moves again although no gap was counted yet. */
  let thaws = false;

  function close(at: number) {
    openAt = undefined;
    thaws = false;
    moves(at);
  }

  /** Nobody knows where in the interval a gap was: each gets an equal part of it, and lies in its middle. */
  function tell(count: number, ms: number, from: number, to: number) {
    const part = Math.max(to - from, ms) / count;
    for (let each = 0; each < count; each++) {
      const begin = to - part * (count - each) + (part - ms / count) / 2;
      stops(begin);
      moves(begin + ms / count);
    }
  }

  function settle({ at, frames, gaps, expected }: Look, from: number, expectedBefore: boolean) {
    const { count = 0, ms = 0 } = gaps ?? {};
    if (openAt === undefined) {
      if (count > 0 && expected && expectedBefore) tell(count, ms, from, at);
    } else if (count > 0) {
      const end = Math.min(at, Math.max(from, openAt + ms / count));
      const [others, rest] = [count - 1, Math.max(0, ms - (end - openAt))];
      close(end);
      if (others > 0 && rest > 0) tell(others, rest, end, at);
    } else if (frames > 0) {
      // One look more for the count to come.
      if (gaps === undefined || thaws) close(at - Math.min(at - from, frames * frameMs));
      else thaws = true;
    }
  }

  return (look) => {
    const { at, frames, gaps, lastPacketAt = Number.POSITIVE_INFINITY, expected } = look;
    const { at: from, expected: expectedBefore } = before ?? look;
    before = look;
    settle(look, from, expectedBefore);
    if (frames > 0) movedAt = at;
    const stoodSince = Math.min(movedAt, lastPacketAt);
    const stands = movedAt > Number.NEGATIVE_INFINITY && at - stoodSince >= standingMs + frameMs;
    if (openAt === undefined && stands && expected) {
      openAt = stoodSince;
      stops(stoodSince);
    }
    // What stood is no measure of the pace.
    const running = at - from - (gaps?.ms ?? 0);
    if (frames > 0 && running > 0 && !stands) frameMs = Math.min(longestFrameMs, running / frames);
  };
}
