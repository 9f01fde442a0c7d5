import { expect, test } from 'vitest';
import type { PlaybackEvent } from '../../core/events.ts';
import { playhead } from './playhead.ts';

function playing() {
  const told: PlaybackEvent[] = [];
  const head = playhead((event) => told.push(event));
  head.begin(100);
  return { head, told };
}

test('plays when every track holds something, and not before', () => {
  const { head, told } = playing();
  head.buffered(100, 0, false);
  expect(told).toEqual([]);
  head.buffered(102, 500, false);
  expect(told).toEqual([{ type: 'playing', at: 500, position: 100 }]);
  expect(head.position(1500)).toBe(101);
  expect(head.bufferAheadSec(1500)).toBe(1);
});

test('a stall began when the media ran out, however late that is noticed', () => {
  const { head, told } = playing();
  head.buffered(102, 0, false);
  head.buffered(104, 3500, false);
  expect(told.slice(1)).toEqual([
    { type: 'waiting', at: 2000, position: 102, bufferAheadSec: 0 },
    { type: 'playing', at: 3500, position: 102 },
  ]);
});

test('media in time is no stall', () => {
  const { head, told } = playing();
  head.buffered(102, 0, false);
  head.buffered(104, 1999, false);
  head.pass(3000);
  expect(told).toHaveLength(1);
  expect(head.position(3000)).toBe(103);
});

test('stands still where the media ends, until that is noticed and after', () => {
  const { head } = playing();
  head.buffered(102, 0, false);
  expect(head.position(5000)).toBe(102);
  head.pass(5000);
  expect(head.position(9000)).toBe(102);
});

test('after the last segment it is over', () => {
  const { head, told } = playing();
  head.buffered(102, 0, true);
  head.pass(2500);
  expect(told.at(-1)).toEqual({ type: 'ended', at: 2000 });
  expect(head.ended()).toBe(true);
});

test.each([
  ['while it stalls', 4000, 2000, 102],
  ['while it plays, which drops what it held', 1000, 1000, 101],
])('a jump %s: it goes on with the next segment there', (_, at, stoppedAt, position) => {
  const { head, told } = playing();
  head.buffered(102, 0, false);
  head.jump(120, at);
  expect(told.at(-1)).toEqual({ type: 'waiting', at: stoppedAt, position, bufferAheadSec: 0 });
  expect(head.position(4200)).toBe(120);
  head.buffered(122, 4500, false);
  expect(told.at(-1)).toEqual({ type: 'playing', at: 4500, position: 120 });
});
