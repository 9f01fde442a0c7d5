/**
 * The clock of decoded frames. Sound and playhead may go on under a picture that stands although media is there, and no event
 * tells. Following each painted frame would, at the price of more work for the page than all else here together; counting
 * what is decoded, a few times a second, tells it to a frame or two.
 */
export type DecoderClock = {
  /** Looks at the count; to be called at each `timeupdate`. */
  look(): void;
  /** The picture goes on, or stood because it was told to: what was before counts for nothing. */
  restart(): void;
  /** When the picture came to stand as nothing was decoded any more, ms; undefined while the decoder works or cannot be seen. */
  stoodSince(): number | undefined;
};

// Two `timeupdate` events without a new frame.
const standsAfterMs = 500;
// Up to four frames are decoded ahead (Chromium) and are still painted when nothing follows them: half of that is the least wrong.
const aheadFrames = 2;

export function decoderClock(video: HTMLVideoElement, now: () => number): DecoderClock {
  let total = 0;
  let lookedAt = now();
  let lastAt = lookedAt;
  let frameMs = 40;

  const quality = () => video.getVideoPlaybackQuality?.();

  return {
    look() {
      const { totalVideoFrames = 0 } = quality() ?? {};
      const at = now();
      const gained = totalVideoFrames - total;
      if (gained !== 0) {
        // Fewer frames than their pace makes of the time: it stopped on the way.
        lastAt = gained > 0 ? Math.min(at, lookedAt + gained * frameMs) : at;
        const paceMs = Math.min(Math.max((at - lookedAt) / gained, frameMs / 2), frameMs * 2);
        if (gained > 0) frameMs += (paceMs - frameMs) / 4;
      }
      total = totalVideoFrames;
      lookedAt = at;
    },
    restart() {
      lastAt = now();
    },
    stoodSince() {
      if (quality() === undefined || now() - lastAt <= standsAfterMs) return undefined;
      return lastAt + aheadFrames * frameMs;
    },
  };
}
