import { expect, test } from 'vitest';
import { ago, attributeText, format, unknown } from './format.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0, '0 s'],
  [0.0042, '4 ms'],
  [0.42, '420 ms'],
  [0.9996, '1 s'],
  [3.24, '3.2 s'],
  [42.4, '42 s'],
  [59.7, '1 min 0 s'],
  [72, '1 min 12 s'],
  [7500, '2 h 5 min'],
  [-1.7, '−1.7 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(plain(format('seconds', seconds))).toBe(text);
});

test('every unit writes figures of its own kind', () => {
  expect(format('count', 12_345)).toBe('12,345');
  expect(plain(format('ms', 1240))).toBe('1.2 s');
  expect(plain(format('ratio', 0.0342))).toBe('3.4 %');
  expect(plain(format('ratio', 0.00042))).toBe('0.04 %');
  expect(plain(format('ratio', 1))).toBe('100 %');
  expect(format('perSecond', 0.5)).toBe('0.5/s');
  expect(plain(format('kbps', 850))).toBe('850 kbps');
  expect(plain(format('kbps', 2400))).toBe('2.4 Mbps');
});

test('what is not known is never a 0', () => {
  for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
    expect(format('count', value)).toBe(unknown);
});

test('how long ago is coarse', () => {
  expect([400, 5000, 185_000, 7_300_000, -3000].map((ms) => plain(ago(ms)))).toEqual([
    'now',
    '5 s ago',
    '3 min ago',
    '2 h ago',
    'now',
  ]);
});

test('attributes of any kind are text, without the noise of binary fractions', () => {
  expect(attributeText(0.06448699999999974)).toBe('0.064487');
  expect(attributeText(1_763_900_123_456)).toBe('1763900123456');
  expect(attributeText(1_795_678_487.9046001)).toBe('1795678487.905');
  expect(attributeText(['a', 1])).toBe('["a",1]');
  expect(attributeText(undefined)).toBe('undefined');
});
