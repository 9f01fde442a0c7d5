// Figures are what a person reads: seconds, ratios, and null where nothing is known.
import { expect, test } from 'vitest';
import { freshSession } from './session.ts';
import { averageBitrate, figuresOf, watched } from './snapshot.ts';
import { answered, at, playingFrom500, run, sent } from './test-events.ts';

test('before anything happened all is zero or unknown, never NaN', () => {
  const figures = figuresOf(freshSession(0), 0);
  expect(figures).toMatchObject({
    state: 'preloading',
    elapsedSec: 0,
    startup: { result: 'none', durationSec: null },
    stalls: { count: 0, ratio: null, current: null },
    media: { playedSec: 0, averageBitrate: null },
    rendition: null,
    liveLatencySec: null,
    errors: { count: 0, fatal: null },
    requests: { count: 0, last: null },
  });
});

test('time goes on to the instant of the question', () => {
  const { session } = run(...playingFrom500);
  expect(figuresOf(session, 4500)).toMatchObject({ elapsedSec: 4.5, times: { starting: 0.5, playing: 4 } });
});

test('a stall that is going on counts with its time, not yet as one', () => {
  const { session } = run(...playingFrom500, sent(1500, 1), [2500, 'waiting'], at(4000));
  expect(figuresOf(session, 4500).stalls).toEqual({
    count: 0,
    durationSec: 2,
    ratio: 2 / 4.5,
    current: { durationSec: 2, cause: 'network' },
  });
});

test('a sleep since the last word is no stall', () => {
  const { session } = run(...playingFrom500, [2500, 'waiting'], at(4500));
  const { stalls, times } = figuresOf(session, 3_600_000);
  expect(stalls).toMatchObject({ count: 1, durationSec: 2, current: null });
  expect(times.asleep).toBeCloseTo(3595.5);
});

test('watched time is that of waiting and seeing: no pause, no sleep', () => {
  const resumed = run(...playingFrom500, [1500, 'seek', { to: 9 }], [1700, 'playing'], [2700, 'pause'], at(9000));
  expect(watched(resumed.session)).toBe(2700);
});

test('average bitrate is bits over media seconds, null where none is declared', () => {
  const declared = run(...playingFrom500, [500, 'quality', { rendition: { bitrate: 3_000_000 } }], at(2500));
  expect(averageBitrate(declared.session)).toBe(3_000_000);
  expect(averageBitrate(run(...playingFrom500, at(2500)).session)).toBeNull();
});

test('the last request, as far as it is known', () => {
  const outcome = { result: 'failed', status: undefined, durationMs: 1500, bytes: 0 } as const;
  const { session } = run(...playingFrom500, sent(600, 1), answered(2100, 1, outcome, { sequence: 7 }));
  expect(figuresOf(session, 2100).requests).toMatchObject({
    count: 1,
    failed: 1,
    last: { objectType: 'video', sequence: 7, result: 'failed', status: null, durationSec: 1.5, ttfbSec: null },
  });
});

test('it is plain JSON', () => {
  const figures = figuresOf(run(...playingFrom500, sent(600, 1), answered(700, 1), at(2000)).session, 2000);
  expect(JSON.parse(JSON.stringify(figures))).toEqual(figures);
});
