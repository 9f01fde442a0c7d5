import { expect, test } from 'vitest';
import { advance, enter, progress } from './accounts.ts';
import { freshSession } from './session.ts';

const fresh = freshSession(1000);

test('time is billed to the present state, and never backwards', () => {
  const later = advance(fresh, 4000);
  expect(later.times.preloading).toBe(3000);
  expect(advance(later, 2000)).toBe(later);
});

test.each([
  [false, 30_000, 0],
  [false, 30_001, 30_001],
  [true, 90_000, 0],
  [true, 90_001, 90_001],
])('hidden %s and silent for %i ms: asleep for %i', (hidden, silence, asleep) => {
  expect(advance({ ...fresh, hidden }, 1000 + silence).times.asleep).toBe(asleep);
});

test('a state entered in the past takes its time with it, but none of the states before', () => {
  const playing = enter(advance(fresh, 2000), 'playing', 2000);
  const stalled = enter(advance(playing, 5000), 'rebuffering', 3500);
  expect(stalled).toMatchObject({ since: 3500, times: { preloading: 1000, playing: 1500, rebuffering: 1500 } });
  const further = enter(stalled, 'paused', 0);
  expect(further).toMatchObject({ since: 3500, times: { playing: 1500, rebuffering: 0, paused: 1500 } });
});

test('time asleep is not moved', () => {
  const playing = enter(advance(fresh, 2000), 'playing', 2000);
  const slept = advance(advance(playing, 3000), 903_000);
  expect(enter(slept, 'paused', 2000).times).toMatchObject({ asleep: 900_000 });
});

test('an absurd position is none', () => {
  expect(progress(fresh, Number.NaN, 2000)).toBe(fresh);
  expect(progress(fresh, Number.POSITIVE_INFINITY, 2000)).toBe(fresh);
});

test('sleep is no time to play in', () => {
  const playing = { ...enter(advance(fresh, 2000), 'playing', 2000), positionAt: 2000 };
  expect(progress(advance(playing, 902_000), 600, 902_000).totals.mediaSec).toBe(0);
});
