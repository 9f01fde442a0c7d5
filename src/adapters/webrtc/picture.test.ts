import { expect, test } from 'vitest';
import type { Look } from './picture.ts';
import { pictureGaps } from './picture.ts';

/** The words, in ms, after looks at a picture of 20 frames a second. */
function told(looks: readonly (Partial<Look> & { at: number })[]) {
  const words: [string, number][] = [];
  const look = pictureGaps({
    stops: (at) => words.push(['stops', Math.round(at)]),
    moves: (at) => words.push(['moves', Math.round(at)]),
  });
  for (const each of looks)
    look({ frames: 40, gaps: { count: 0, ms: 0 }, lastPacketAt: each.at, expected: true, ...each });
  return words;
}
const length = (words: readonly [string, number][]) =>
  words.flatMap(([word, at], index) => (word === 'moves' ? at - (words[index - 1]?.[1] ?? Number.NaN) : []));

test('a gap that came and went between two looks has the length that the browser measured', () => {
  const words = told([{ at: 0 }, { at: 2000, gaps: { count: 1, ms: 500 }, frames: 30 }]);
  expect(words).toEqual([
    ['stops', 750],
    ['moves', 1250],
  ]);
});

test('several of them are several, one after the other, and add up', () => {
  const words = told([{ at: 0 }, { at: 2000, gaps: { count: 3, ms: 900 }, frames: 22 }]);
  expect(words.map(([word]) => word)).toEqual(['stops', 'moves', 'stops', 'moves', 'stops', 'moves']);
  expect(length(words)).toEqual([300, 300, 300]);
  expect(words.map(([, at]) => at)).toEqual(words.map(([, at]) => at).sort((a, b) => a - b));
});

test('a gap that goes on is told from what does not come, and ends with the length that the browser measured', () => {
  const words = told([
    { at: 0 },
    { at: 2000 },
    { at: 4000, frames: 6, lastPacketAt: 2300 },
    { at: 6000, frames: 0, lastPacketAt: 2300 },
    { at: 8000, frames: 0, lastPacketAt: 2300 },
    { at: 10_000, frames: 8, gaps: { count: 1, ms: 7350 } },
  ]);
  expect(words).toEqual([
    ['stops', 2300],
    ['moves', 9650],
  ]);
});

test('packets may come without a picture: it stands since the last look that saw frames', () => {
  const words = told([{ at: 0 }, { at: 2000 }, { at: 4000, frames: 0 }, { at: 6000, frames: 0 }]);
  expect(words).toEqual([['stops', 2000]]);
});

test('where gaps are not counted, it moves when frames come again', () => {
  const uncounted = { gaps: undefined };
  const stood = { frames: 2, lastPacketAt: 2100, ...uncounted };
  const words = told([
    { at: 0, ...uncounted },
    { at: 2000, ...uncounted },
    { at: 4000, ...stood },
    { at: 6000, frames: 10, ...uncounted },
  ]);
  expect(words).toEqual([
    ['stops', 2100],
    ['moves', 5500],
  ]);
});

test('the count may come a look later than the frames', () => {
  const words = told([
    { at: 0 },
    { at: 2000 },
    { at: 4000, frames: 2, lastPacketAt: 2100 },
    { at: 6000, frames: 2 },
    { at: 8000, gaps: { count: 1, ms: 3850 } },
  ]);
  expect(words).toEqual([
    ['stops', 2100],
    ['moves', 6000],
  ]);
});

test('what the sender stopped on purpose is no gap, neither while it lasts nor after', () => {
  const words = told([
    { at: 0 },
    { at: 2000 },
    { at: 4000, frames: 0, lastPacketAt: 2100, expected: false },
    { at: 6000, frames: 20, gaps: { count: 1, ms: 3000 } },
  ]);
  expect(words).toEqual([]);
});

test('a picture that has never moved cannot stand', () => {
  expect(
    told([
      { at: 0, frames: 0 },
      { at: 2000, frames: 0 },
      { at: 4000, frames: 0 },
    ]),
  ).toEqual([]);
});

test('a frame a second, as of a still scene, is a picture that moves', () => {
  const still = (at: number) => ({ at, frames: 2, lastPacketAt: at - 900 });
  expect(told([still(0), still(2000), still(4000)])).toEqual([]);
});
