import { expect, test } from 'vitest';
import { withUnit } from './units.ts';

test.each([
  ['short', 2005, '2,005'],
  ['short', 20_050, '20,050'],
  ['Kbits', 500, '500 kb/s'],
  ['Kbits', 1500, '1.5 Mb/s'],
  ['bps', 746_200, '746 kb/s'],
  ['Bps', 12_340_000, '12.3 MB/s'],
  ['percentunit', 0.031, '3.1 %'],
  ['percent', 70, '70 %'],
  ['s', 0.0421, '42.1 ms'],
  ['s', 2.5, '2.5 s'],
  ['ms', 1400, '1.4 s'],
  ['reqps', 0.254, '0.25 req/s'],
  ['s', 0, '0'],
  ['made up', 7, '7'],
] as const)('in %s, %d is shown as %s', (unit, value, shown) => {
  expect(withUnit(unit, value)).toBe(shown);
});

test('what is not there is a dash', () => {
  expect(withUnit('s', null)).toBe('–');
  expect(withUnit('s', Number.NaN)).toBe('–');
});
