/**
 * The clock of decoded frames. Sound and playhead may go on under a picture that stands although media is there, and no event
 * tells. Following each painted frame all the time would, at the price of more work for the page than all else here together;
 * counting a few times a second what is decoded says when they are worth following.
 */
export type DecoderClock = {
  /** Looks at the count; to be called at each `timeupdate`. */
  look(): void;
  /** Since when fewer frames are decoded than their pace promises, ms; undefined while all is well or the count cannot be seen. */
  stoodSince(): number | undefined;
  /** The picture goes on, or stood because it was told to: what was before counts for nothing. */
  restart(): void;
};

// Looks that follow each other sooner say nothing about a pace.
const shortestLookMs = 200;
// Up to four frames are decoded ahead (Chromium), and are still painted when nothing follows them: half of that is the least wrong.
const aheadFrames = 2;

export function decoderClock(video: HTMLVideoElement, now: () => number): DecoderClock {
  const count = () => video.getVideoPlaybackQuality?.().totalVideoFrames;
  let total = count();
  let lookedAt = now();
  let lastAt = lookedAt;
  let frameMs = 40;
  let stoodSince: number | undefined;

  function restart() {
    total = count();
    lookedAt = lastAt = now();
    stoodSince = undefined;
  }

  return {
    restart,
    look() {
      const at = now();
      const tookMs = at - lookedAt;
      if (tookMs < shortestLookMs) return;
      const seen = count();
      // The count begins anew with each source.
      if (seen === undefined || total === undefined || seen < total) return restart();
      const decodedMs = (seen - total) * frameMs;
      if (seen > total && stoodSince === undefined) lastAt = Math.min(at, lookedAt + decodedMs);
      // A frame or two decoded ahead, as more media came in, do not make a picture move.
      if (decodedMs < tookMs / 2) stoodSince ??= lastAt + aheadFrames * frameMs;
      else stoodSince = undefined;
      if (seen > total) frameMs += (Math.min(tookMs / (seen - total), 2 * frameMs) - frameMs) / 2;
      total = seen;
      lookedAt = at;
    },
    stoodSince: () => stoodSince,
  };
}
