import { expect, test } from 'vitest';
import { drawn, latest, stacked, sum } from './lines.ts';

const line = (label: string, ...values: (number | null)[]) => ({ label, attributes: {}, values });

test('the protocols keep their colours, whatever else is there', () => {
  const taken = new Map<string, number>();
  const options = { most: 5, additive: false };
  const before = drawn([line('webrtc', 1)], taken, options).shown;
  const after = drawn([line('dash', 9), line('hls', 1), line('webrtc', 1)], taken, options).shown;
  expect(after.find(({ label }) => label === 'webrtc')?.slot).toBe(before[0]?.slot);
  expect(new Set(after.map(({ slot }) => slot)).size).toBe(3);
});

test('a pair of quantiles is one group with one colour, the lower one dashed', () => {
  const { shown } = drawn([line('hls p50', 1), line('hls p95', 2)], new Map(), { most: 1, additive: false });
  expect(shown.map(({ label, slot, dashed }) => [label, slot, dashed])).toEqual([
    ['hls p95', 0, false],
    ['hls p50', 0, true],
  ]);
});

test('too many lines: the small ones are summed where sums make sense, and counted where not', () => {
  const lines = ['a', 'b', 'c', 'd'].map((label, i) => line(label, i + 1));
  const added = drawn(lines, new Map(), { most: 3, additive: true });
  expect(added.shown.map(({ label, values }) => [label, values])).toEqual([
    ['c', [3]],
    ['d', [4]],
    ['2 others', [3]],
  ]);
  const listed = drawn(lines, new Map(), { most: 3, additive: false });
  expect(listed.shown.map(({ label }) => label)).toEqual(['b', 'c', 'd']);
  expect(listed.left).toBe(1);
});

test('sums are unknown only where every line is', () => {
  expect(
    sum([
      [1, null, null],
      [2, 2, null],
    ]),
  ).toEqual([3, 2, null]);
  expect(
    stacked([
      [1, null],
      [2, 5],
    ]),
  ).toEqual([
    [1, null],
    [3, 5],
  ]);
});

test('the latest value is the last one that was reported', () => {
  expect(latest([1, 0, null])).toEqual({ value: 0, index: 1 });
  expect(latest([null, null])).toBeNull();
});
