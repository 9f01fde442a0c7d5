import type { Rendition } from '../core/events.ts';
import type { Watch } from './adapter.ts';

/**
 * When a rendition is on screen. hls.js says so up to two tenths of a second late, as it looks at the playhead now and then;
 * dash.js up to a segment early, as it looks at what it has fetched. The picture's size changes with the frame.
 */
export type Screen = {
  /** Follows the picture of this element until its signal aborts. */
  watch(video: HTMLMediaElement, signal: AbortSignal): void;
  /** The player says that this rendition is on screen. */
  show(rendition: Rendition): void;
  /** Another source: whatever comes first is on screen when the player says so. */
  reset(): void;
};

const mostLateMs = 500;
// A player that is early by more is wrong about the size.
const mostEarlyMs = 4000;

/** `sample` tells how far the playhead has come: what was rendered up to there belongs to the rendition before. */
export function screen({ signal, now, emit, guard }: Watch, sample: () => void): Screen {
  let video: HTMLMediaElement | undefined;
  let shown: Rendition | undefined;
  let expected: Rendition | undefined;
  let resizedAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function forget() {
    clearTimeout(timer);
    expected = undefined;
    resizedAt = Number.NEGATIVE_INFINITY;
  }

  function tell(rendition: Rendition) {
    forget();
    shown = rendition;
    emit({ type: 'quality', at: now(), rendition });
  }

  function resizes({ height }: Rendition): boolean {
    // Nothing is painted while hidden, and nothing changes its size.
    const seen = video !== undefined && video.ownerDocument.visibilityState !== 'hidden';
    return seen && Boolean(height && shown?.height) && height !== shown?.height;
  }

  signal.addEventListener('abort', forget);
  return {
    watch(followed, ends) {
      video = followed;
      const resized = guard(() => {
        sample();
        resizedAt = now();
        if (expected) tell(expected);
      });
      followed.addEventListener('resize', resized, { signal: ends, passive: true });
    },
    show(rendition) {
      const late = now() - resizedAt < mostLateMs;
      if (resizes(rendition) && late) return tell(rendition);
      forget();
      const tellNow = guard(() => {
        sample();
        tell(rendition);
      });
      if (!resizes(rendition)) return tellNow();
      expected = rendition;
      timer = setTimeout(tellNow, mostEarlyMs);
    },
    reset() {
      forget();
      shown = undefined;
    },
  };
}
