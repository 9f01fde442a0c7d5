import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { boxes, decodeTimeOf, findBox, retime } from './boxes.ts';
import { durationOf } from './samples.ts';

const segment = new Uint8Array(await readFile(new URL('../media/v540/seg-07.m4s', import.meta.url)));

describe('retime', () => {
  test('moves the decode time and the number, and nothing else', () => {
    const moved = retime(segment, 44_885_973_600_000, 897_719_472);
    expect(decodeTimeOf(moved)).toBe(44_885_973_600_000);
    expect(findBox(moved, 'mfhd').body.getUint32(4)).toBe(897_719_472);
    expect(durationOf(moved)).toBe(durationOf(segment));
    const changed = [...segment.keys()].filter((i) => segment[i] !== moved[i]);
    const rewritten = ['mfhd', 'tfdt'].map((type) => findBox(segment, type));
    expect(changed.every((i) => rewritten.some(({ start, end }) => start <= i && i < end))).toBe(true);
  });

  test('leaves its input alone', () => {
    const before = decodeTimeOf(segment);
    retime(segment, 1, 1);
    expect(decodeTimeOf(segment)).toBe(before);
  });

  test('writes the 32-bit form, and refuses what does not fit into it', () => {
    const narrow = new Uint8Array(segment);
    findBox(narrow, 'tfdt').body.setUint8(0, 0);
    expect(decodeTimeOf(retime(narrow, 2 ** 32 - 1, 1))).toBe(2 ** 32 - 1);
    expect(() => retime(narrow, 2 ** 32, 1)).toThrow('decodeTime: expected less than 2^32');
  });
});

test('a truncated file is refused with the place', () => {
  expect(() => [...boxes(segment.subarray(0, segment.byteLength - 1))]).toThrow(/^MP4 box at byte \d+: expected/);
});

test('a missing box is named', () => {
  expect(() => findBox(segment, 'sidx')).toThrow('MP4: expected a sidx box, received none');
});
