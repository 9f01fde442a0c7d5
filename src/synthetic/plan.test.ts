import { expect, test } from 'vitest';
import { planOf } from './plan.ts';

const times = (plan: ReturnType<typeof planOf>, kind = 'browser') =>
  plan.filter((start) => start.kind === kind).map(({ afterMs }) => afterMs);

test('viewers begin evenly, the first at once and the last at the end of the ramp', () => {
  expect(times(planOf({ viewers: 4, light: 0, rampSec: 30 }))).toEqual([0, 10_000, 20_000, 30_000]);
  expect(times(planOf({ viewers: 1, light: 0, rampSec: 30 }))).toEqual([0]);
  expect(times(planOf({ viewers: 3, light: 0, rampSec: 0 }))).toEqual([0, 0, 0]);
});

test('viewers of both kinds share the ramp, in the order in which they begin', () => {
  const plan = planOf({ viewers: 2, light: 300, rampSec: 10 });
  expect(plan).toHaveLength(302);
  expect(times(plan)).toEqual([0, 10_000]);
  expect(times(plan, 'light').at(-1)).toBe(10_000);
  const all = plan.map(({ afterMs }) => afterMs);
  expect(all).toEqual([...all].sort((one, other) => one - other));
});

test('browser processes have ten viewers at most, and all about as many', () => {
  const used = planOf({ viewers: 25, light: 0, rampSec: 0 }).map(({ process }) => process);
  expect([0, 1, 2].map((process) => used.filter((each) => each === process).length)).toEqual([9, 8, 8]);
});
