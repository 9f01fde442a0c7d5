import { describe, expect, test } from 'vitest';
import { createLossPattern } from './loss-pattern.ts';

const draw = (ratio: number, seed: number, length = 4000) => {
  const isLost = createLossPattern(ratio, seed);
  return Array.from({ length }, isLost);
};
const count = (lost: readonly boolean[]) => lost.filter(Boolean).length;

describe.each([0, 0.01, 0.025, 0.05, 0.2, 0.3, 0.5, 0.75, 1])('a loss of %d', (ratio) => {
  test('is that share of any 200 packets', () => {
    const lost = draw(ratio, 7);
    expect(Math.abs(count(lost) - ratio * lost.length)).toBeLessThanOrEqual(1);
    for (let from = 0; from + 200 <= lost.length; from += 13) {
      expect(Math.abs(count(lost.slice(from, from + 200)) - ratio * 200)).toBeLessThanOrEqual(2);
    }
  });
});

test('the same seed loses the same packets, another one others', () => {
  expect(draw(0.05, 1)).toEqual(draw(0.05, 1));
  expect(draw(0.05, 1)).not.toEqual(draw(0.05, 2));
});

test('packets are not lost at equal distances, which could meet the same part of every frame', () => {
  const at = draw(0.1, 1).flatMap((lost, index) => (lost ? [index] : []));
  const gaps = new Set(at.slice(1).map((index, i) => index - (at[i] ?? 0)));
  expect(gaps.size).toBeGreaterThan(5);
});
