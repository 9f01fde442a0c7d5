import { afterEach, expect, test, vi } from 'vitest';
import { backoff, retryAfter } from './backoff.ts';

afterEach(() => vi.restoreAllMocks());

const spread = (failures: number, askedMs: number) =>
  [0, 0.5, 1].map((random) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    return backoff(failures, askedMs);
  });

test('without a wish of the server: full jitter, doubling up to 30 s', () => {
  expect(spread(0, 0)).toEqual([0, 500, 1000]);
  expect(spread(3, 0)).toEqual([0, 4000, 8000]);
  expect(spread(5, 0)).toEqual([0, 15_000, 30_000]);
  expect(spread(5000, 0)).toEqual([0, 15_000, 30_000]);
});

test('the wish of the server is never undercut, spread, and capped', () => {
  expect(spread(9, 2000)).toEqual([2000, 2500, 3000]);
  expect(spread(0, 1e12)).toEqual([60_000, 75_000, 90_000]);
  expect(spread(0, Number.POSITIVE_INFINITY)).toEqual([60_000, 75_000, 90_000]);
});

test.each([
  ['2', 2000],
  ['0.5', 500],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['0', 0],
  ['-5', 0],
  ['soon', 0],
  ['', 0],
  [null, 0],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
])('Retry-After %j is %d ms', (value, ms) => expect(retryAfter(value)).toBe(ms));

test('Retry-After may be a date', () => {
  const ms = retryAfter(new Date(Date.now() + 30_000).toUTCString());
  expect(ms).toBeGreaterThan(28_000);
  expect(ms).toBeLessThanOrEqual(30_000);
});
