/**
 * The clock of painted frames (requestVideoFrameCallback). The playhead may run on for seconds over a frozen picture while
 * sound is still buffered, so only frames say when the picture really stopped and moved again.
 */
export type FrameClock = {
  /** Follows every frame while on; off, it costs nothing. */
  follow(on: boolean): void;
  /** When the frame after the last one was due, ms; undefined while frames are not followed. */
  dueAt(): number | undefined;
  /** Forgets the last frame: another source counts anew. */
  reset(): void;
};

type Frame = { readonly at: number; readonly intervalMs: number; readonly presented: number };

const longestIntervalMs = 250;

/** `skewMs` is what the page's clock is ahead of that of the element's window. Calls `onFrame` with the instant of each frame, and when it had been due if nothing was painted in between. */
export function frameClock(
  video: HTMLVideoElement,
  signal: AbortSignal,
  skewMs: number,
  onFrame: (at: number, dueAt: number | undefined) => void,
): FrameClock {
  let handle: number | undefined;
  let following = false;
  let last: Frame | undefined;

  function arm() {
    handle = video.requestVideoFrameCallback((_, { presentationTime, presentedFrames }) => {
      const at = presentationTime + skewMs;
      handle = undefined;
      if (signal.aborted) return;
      const missed = last ? Math.max(0, presentedFrames - last.presented - 1) : 0;
      const gap = last ? at - last.at : Number.NaN;
      // Frames that a busy page missed came in time, or a freeze would have ended with the first of them.
      const dueAt = last && last.at + last.intervalMs * (missed + 1);
      // A frozen picture must not pass for a slow frame rate.
      const intervalMs = gap > 0 && gap < longestIntervalMs ? gap / (missed + 1) : (last?.intervalMs ?? 40);
      last = { at, intervalMs, presented: presentedFrames };
      if (following) arm();
      else last = undefined;
      onFrame(at, dueAt);
    });
  }

  function follow(on: boolean) {
    following = on;
    if (on && handle === undefined) arm();
  }

  signal.addEventListener('abort', () => {
    if (handle !== undefined) video.cancelVideoFrameCallback(handle);
  });
  return {
    follow,
    dueAt: () => last && last.at + last.intervalMs,
    reset() {
      last = undefined;
    },
  };
}
