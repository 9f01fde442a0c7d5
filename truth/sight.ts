/** One painted frame; `at` is when it was presented, ms on the page's clock. */
export type Frame = {
  readonly at: number;
  readonly mediaSec: number;
  readonly width: number;
  readonly height: number;
  /** Frames presented so far: a busy page misses some of them, and that is no gap. */
  readonly presented: number;
  /** Neither paused nor seeking. */
  readonly moving: boolean;
  /** What was buffered from the playhead on. */
  readonly aheadSec: number;
};

export type Happening = {
  readonly at: number;
  readonly type: 'play' | 'pause' | 'seeking' | 'seeked' | 'ended' | 'emptied' | 'ratechange' | 'hidden' | 'shown';
  readonly positionSec: number;
  readonly rate: number;
};

/** One request by the browser's own record (Resource Timing), ms on the page's clock. */
export type Loaded = { readonly path: string } & Pick<
  PerformanceResourceTiming,
  'startTime' | 'requestStart' | 'responseStart' | 'responseEnd'
>;

/** All that a witness saw in one page. */
export type Sight = {
  /** Unix ms of the page's clock at 0. */
  readonly timeOrigin: number;
  readonly frames: readonly Frame[];
  readonly happenings: readonly Happening[];
  /** The playhead each time that it had moved. */
  readonly playhead: readonly { readonly at: number; readonly positionSec: number }[];
  readonly loaded: readonly Loaded[];
};

export type Interval = { readonly from: number; readonly ms: number };

// The demo has 25 frames a second.
const frameMs = 40;
// What a viewer would call a standstill where nothing is left to play; with media at hand it is a decoder's stutter up to a second.
export const shortestFreezeMs = 250;
const longestStutterMs = 1000;
const emptySec = 0.3;

const ends: readonly Happening['type'][] = ['pause', 'seeking', 'ended', 'emptied', 'hidden', 'shown'];

/** The times in which the picture stood although it should have moved: nobody had paused, jumped, hidden it or reached the end. */
export function freezes({ frames, happenings }: Sight): Interval[] {
  const found: Interval[] = [];
  let last: Frame | undefined;
  let rate = 1;
  const all = [...frames.filter(({ moving }) => moving), ...happenings].sort((a, b) => a.at - b.at);
  for (const next of all) {
    if ('type' in next && !ends.includes(next.type)) {
      if (next.type === 'ratechange') rate = next.rate || 1;
      continue;
    }
    if (last) {
      // Frames that were painted unseen came first, one interval after the other.
      const unseen = 'presented' in next ? Math.max(0, next.presented - last.presented - 1) : 0;
      const dueAt = last.at + ((unseen + 1) * frameMs) / rate;
      const shortest = last.aheadSec < emptySec ? shortestFreezeMs : longestStutterMs;
      if (next.at - dueAt >= shortest) found.push({ from: dueAt, ms: next.at - dueAt });
    }
    last = 'presented' in next ? next : undefined;
  }
  return found;
}

/** From the wish to play at `askedAt` to the first painted frame, pauses left out, ms. */
export function startupMs({ frames, happenings }: Sight, askedAt: number): number {
  const first = frames[0]?.at ?? Number.NaN;
  let waited = 0;
  let asked: number | undefined = askedAt;
  for (const { at, type } of happenings) {
    if (at > first) break;
    if (type === 'play') asked ??= at;
    if (type === 'pause' && asked !== undefined) {
      waited += at - asked;
      asked = undefined;
    }
  }
  return asked === undefined ? waited : waited + first - asked;
}

/** Each jump of the viewer until the first frame of the new place; further jumps on the way belong to the first. */
export function seeks({ frames, happenings }: Sight): Interval[] {
  const found: Interval[] = [];
  for (const { at, type } of happenings) {
    const before = found.at(-1);
    if (type !== 'seeking' || (before && at < before.from + before.ms)) continue;
    const lastJump = (until: number) =>
      happenings.filter((other) => other.type === 'seeking' && other.at >= at && other.at <= until).at(-1) ?? { at };
    const shown = frames.find((frame) => frame.at > at && frame.moving && frame.at > lastJump(frame.at).at);
    if (shown) found.push({ from: at, ms: shown.at - at });
  }
  return found;
}

/** Changes of the picture's size, one for each rendition that came on screen after the first. */
export function switches({ frames }: Sight): number {
  return frames.filter(({ height }, index) => index > 0 && height !== frames[index - 1]?.height).length;
}

/** Bits declared for what was painted, over its media seconds; `declared`: bit/s by the picture's height. */
export function averageBitrate({ frames }: Sight, declared: ReadonlyMap<number, number>): number {
  let bits = 0;
  let seconds = 0;
  for (const [index, frame] of frames.entries()) {
    const moved = (frames[index + 1]?.mediaSec ?? frame.mediaSec) - frame.mediaSec;
    if (moved <= 0 || moved > 1) continue;
    seconds += moved;
    bits += moved * (declared.get(frame.height) ?? Number.NaN);
  }
  return bits / seconds;
}
