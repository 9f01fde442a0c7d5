import type { Snapshot } from 'playscope';
import { expect, test } from 'vitest';
import { statesCheck } from './states.ts';

const snapshot = (elapsedSec: number, playing: number, state: Snapshot['state'] = 'playing') =>
  ({ state, elapsedSec, times: { starting: 1, playing } }) as unknown as Snapshot;

/** What is told of two snapshots, taken at 1000 and at 3000 ms, each within 2 ms. */
function told(first: Snapshot, second: Snapshot) {
  const all: [number, number][] = [];
  const check = statesCheck((expected, received) => all.push([expected, received]));
  check(first, 1000, 1002);
  check(second, 3000, 3002);
  return all;
}

test('any instant between the two looks at the clock is right', () => {
  expect(told(snapshot(5, 4), snapshot(7, 5.999))).toEqual([[expect.closeTo(1999, 6), expect.closeTo(1999, 6)]]);
});

test('time that is in no state is wrong', () => {
  expect(told(snapshot(5, 4), snapshot(7, 5.9))).toEqual([[1998, expect.closeTo(1900, 6)]]);
});

test('another viewing, and what has no account, is not compared', () => {
  expect(told(snapshot(5, 4), snapshot(1, 0))).toEqual([]);
  expect(told(snapshot(5, 4), snapshot(7, 4, 'ended'))).toEqual([]);
});
