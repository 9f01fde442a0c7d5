import { expect, test } from 'vitest';
import { sampleOf } from './sample.ts';

test('few values have exact quantiles, none has none', () => {
  const hundred = sampleOf(Array.from({ length: 100 }, (_, index) => 100 - index));
  expect([0.5, 0.95, 0.99, 1].map(hundred.quantile)).toEqual([50, 95, 99, 100]);
  expect(sampleOf().quantile(1)).toBeNull();
});

test('of a million values the quantiles are near and the largest is exact', () => {
  const many = sampleOf();
  // Ascending, so that what is kept of the first ones or the last ones would show.
  for (let value = 1; value <= 1_000_000; value += 1) many.add(value / 1_000_000);
  expect(many.count).toBe(1_000_000);
  // Five standard deviations of a rank among 20,000.
  for (const share of [0.05, 0.5, 0.95]) {
    expect(Math.abs((many.quantile(share) ?? 0) - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 20_000));
  }
  expect(many.quantile(1)).toBe(1);
});

test('the latest are the newest, in order, and bounded', () => {
  const many = sampleOf();
  for (let value = 1; value <= 10_000; value += 1) many.add(value);
  expect(many.latest(3)).toEqual([9998, 9999, 10_000]);
  expect(many.latest(0)).toEqual([]);
  expect(many.latest(1_000_000)).toHaveLength(2000);
});
