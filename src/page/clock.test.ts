import { afterEach, expect, test, vi } from 'vitest';
import { now, wallTime } from './clock.ts';

afterEach(() => vi.useRealTimers());

test('the wall clock of now is that of the machine', () => {
  expect(Math.abs(wallTime(now()) - Date.now())).toBeLessThan(50);
});

test('after a sleep, in which the monotonic clock stood, it is right again', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + 8 * 3_600_000);
  expect(Math.abs(wallTime(now()) - Date.now())).toBeLessThan(50);
  expect(wallTime(now() - 1000)).toBeCloseTo(Date.now() - 1000, -2);
});
