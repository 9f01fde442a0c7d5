import { expect, test } from 'vitest';
import type { Lane } from './lane.ts';
import { emptyLane, stepOf } from './lane.ts';

/** A lane whose playlist lists segments of 2 s that begin at these seconds. */
function lane(starts: readonly number[], { isLive = true, ...more }: Partial<Lane> & { isLive?: boolean } = {}): Lane {
  const segments = starts.map((startSec) => ({ url: `${startSec}`, sequence: startSec / 2, startSec, durationSec: 2 }));
  const track = { objectType: 'video', rendition: { bitrate: 1 }, segments } as const;
  const listing = { tracks: [track], isLive, targetDurationSec: 2, beginsAtSec: () => 0, refreshSec: 2 };
  return { ...emptyLane(), track, listing, ...more };
}

const fetched = (of: Lane, positionSec: number) => {
  const step = stepOf(of, positionSec);
  return step.kind === 'fetch' ? step.segment.url : step.kind;
};

test('begins with the segment in which the playhead is', () => {
  expect(fetched(lane([10, 12, 14]), 13)).toBe('12');
});

test('goes on behind what it holds, although durations are rounded', () => {
  expect(fetched(lane([10, 12, 14], { bufferedToSec: 13.96 }), 12)).toBe('14');
});

test('waits for a playlist, and for what a live one does not list yet', () => {
  expect(fetched(emptyLane(), 0)).toBe('wait');
  expect(fetched(lane([10, 12], { bufferedToSec: 14 }), 12)).toBe('wait');
});

test('is over where the stream ends, also when it was live before', () => {
  expect(fetched(lane([10, 12], { bufferedToSec: 14, isLive: false }), 12)).toBe('over');
});

test('is lost where a live playlist has gone on without it', () => {
  expect(fetched(lane([20, 22], { bufferedToSec: 14 }), 14)).toBe('lost');
  expect(fetched(lane([20, 22], { bufferedToSec: 20 }), 20)).toBe('20');
});

test('a hole in a playlist is passed over', () => {
  expect(fetched(lane([10, 12, 20], { bufferedToSec: 14 }), 13)).toBe('20');
});

test('waits until there is room', () => {
  const starts = Array.from({ length: 40 }, (_, index) => 2 * index);
  expect(stepOf(lane(starts, { bufferedToSec: 36, isLive: false }), 2)).toMatchObject({ kind: 'fetch', afterSec: 4 });
});
