import { expect, test } from 'vitest';
import type { Frame, Happening, Sight } from './sight.ts';
import { averageBitrate, freezes, seeks, startupMs, switches } from './sight.ts';

const frameMs = 40;

/** Frames from one instant to another, 25 a second. */
function frames(from: number, to: number, more: Partial<Frame> = {}): Frame[] {
  const count = Math.round((to - from) / frameMs);
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * frameMs;
    return { at, mediaSec: at / 1000, width: 640, height: 360, presented: 0, moving: true, aheadSec: 4, ...more };
  });
}

function sight(all: readonly Frame[], happenings: readonly Pick<Happening, 'at' | 'type'>[] = []): Sight {
  return {
    timeOrigin: 0,
    frames: all.map((frame, index) => ({ ...frame, presented: frame.presented || index + 1 })),
    happenings: happenings.map((happening) => ({ positionSec: 0, rate: 1, ...happening })),
    playhead: [],
    loaded: [],
  };
}

test('a freeze is from when the next frame was due to when it came', () => {
  const seen = sight([...frames(0, 1000, { aheadSec: 0 }), ...frames(1700, 2000)]);
  expect(freezes(seen)).toEqual([{ from: 1000, ms: 700 }]);
});

test('with media at hand it is one from a second on', () => {
  expect(freezes(sight([...frames(0, 1000), ...frames(1900, 2000)]))).toEqual([]);
  expect(freezes(sight([...frames(0, 1000), ...frames(2100, 2400)]))).toHaveLength(1);
});

test('frames that a busy page missed are no freeze', () => {
  const before = frames(0, 1000, { aheadSec: 0 });
  const after = frames(1800, 2000).map((frame, index) => ({ ...frame, presented: 46 + index }));
  expect(freezes(sight([...before, ...after]))).toEqual([]);
});

test.each(['pause', 'seeking', 'ended', 'hidden'] as const)('after %s nothing has to move', (type) => {
  const seen = sight([...frames(0, 1000, { aheadSec: 0 }), ...frames(4000, 5000)], [{ at: 1010, type }]);
  expect(freezes(seen)).toEqual([]);
});

test('a pause ends a freeze', () => {
  const seen = sight(frames(0, 1000, { aheadSec: 0 }), [{ at: 2000, type: 'pause' }]);
  expect(freezes(seen)).toEqual([{ from: 1000, ms: 1000 }]);
});

test('a start is the wait for the first frame, without pauses', () => {
  const seen = sight(frames(5000, 5200), [
    { at: 100, type: 'play' },
    { at: 1000, type: 'pause' },
    { at: 4000, type: 'play' },
  ]);
  expect(startupMs(seen, 100)).toBe(1900);
});

test('jumps on the way to a frame belong to the first', () => {
  const seen = sight(
    [...frames(0, 1000), ...frames(1080, 1160, { moving: false }), ...frames(1600, 2000)],
    [
      { at: 1000, type: 'seeking' },
      { at: 1200, type: 'seeking' },
    ],
  );
  expect(seeks(seen)).toEqual([{ from: 1000, ms: 600 }]);
});

test('each change of size is a switch, and its bits count from there', () => {
  const seen = sight([...frames(0, 1000), ...frames(1000, 2000, { height: 720 })]);
  expect(switches(seen)).toBe(1);
  const rates = new Map([
    [360, 1_000_000],
    [720, 3_000_000],
  ]);
  expect(averageBitrate(seen, rates)).toBeCloseTo(2_000_000, -5);
});
