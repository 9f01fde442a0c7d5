import { describe, expect, test } from 'vitest';
import { serverClock } from './server-clock.ts';

/** An origin whose clock is `ahead` of ours; asked at `sentAt`, it begins to answer after `there`, and that takes `back` to arrive. */
function asked(clock: ReturnType<typeof serverClock>, ahead: number) {
  return (sentAt: number, there: number, back: number, age = 0) =>
    clock.answered(sentAt + there + ahead - age, sentAt, sentAt + there + back);
}

test.each([0, 5000, -86_400_000])('the offset of a clock that is %d ms ahead, within its bound', (ahead) => {
  const clock = serverClock();
  const ask = asked(clock, ahead);
  for (const [index, [there = 0, back = 0]] of [
    [30, 10],
    [5, 60],
    [12, 9],
    [200, 8],
  ].entries()) {
    expect(ask(1e6 + index * 2000, there, back)).toBe(true);
  }
  const { offsetMs = 0, errorMs = 0 } = clock.offset() ?? {};
  expect(Math.abs(offsetMs - ahead)).toBeLessThanOrEqual(errorMs);
  // The shortest ways there and back, 5 and 8 ms, and what clocks drift in 4 s.
  expect(errorMs).toBeGreaterThanOrEqual(6.5);
  expect(errorMs).toBeLessThan(6.5 + 0.4);
});

describe('answers from a cache', () => {
  test('are known by their age, and do not spoil the offset', () => {
    const clock = serverClock();
    const ask = asked(clock, 700);
    expect(ask(1e6, 10, 10)).toBe(true);
    for (const age of [100, 3000, 60_000]) expect(ask(1e6 + age, 2, 2, age)).toBe(false);
    expect(ask(2e6, 5, 5)).toBe(true);
    expect(clock.offset()).toEqual({ offsetMs: 700, errorMs: 5 });
  });

  test('before any fresh one cannot be told from one by a clock that is behind; the first fresh one puts it right', () => {
    const clock = serverClock();
    const ask = asked(clock, 0);
    expect(ask(1e6, 2, 2, 8000)).toBe(true);
    expect(ask(1e6 + 2000, 5, 5)).toBe(true);
    expect(ask(1e6 + 4000, 2, 2, 8000)).toBe(false);
    const { offsetMs, errorMs } = clock.offset() ?? {};
    expect(offsetMs).toBe(0);
    expect(errorMs).toBeCloseTo(5.2);
  });
});

test.each([
  90e-6, -90e-6,
])('a clock that drifts by %d of the time: near and far answers are fresh, and the bound holds', (drift) => {
  const clock = serverClock();
  for (let index = 0; index < 100; index++) {
    const sentAt = 1e6 + index * 2000;
    const ahead = 700 + (sentAt - 1e6) * drift;
    const [there, back] = index % 3 === 0 ? [60, 1] : [1, 0.5];
    expect(asked(clock, ahead)(sentAt, there as number, back as number)).toBe(true);
    const { offsetMs = 0, errorMs = 0 } = clock.offset() ?? {};
    expect(Math.abs(offsetMs - ahead)).toBeLessThanOrEqual(errorMs);
  }
  expect(clock.offset()?.errorMs).toBeLessThan(2);
});

test('a clock that was set back is believed again after some answers', () => {
  const clock = serverClock();
  asked(clock, 10_000)(1e6, 5, 5);
  const ask = asked(clock, 0);
  const fresh = Array.from({ length: 40 }, (_, index) => ask(2e6 + index * 2000, 5, 5));
  expect(fresh[0]).toBe(false);
  expect(fresh.at(-1)).toBe(true);
  expect(clock.offset()).toEqual({ offsetMs: 0, errorMs: 5 });
});

test('nothing is known before an answer', () => {
  expect(serverClock().offset()).toBeUndefined();
});
