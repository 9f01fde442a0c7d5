import { expect, test } from 'vitest';
import { judge, parseExpectation } from './expect.ts';

test.each([
  ['startup.p95 < 2s', { figure: 'startup.p95', comparison: '<', limit: 2 }],
  ['startup.p95<=250ms', { figure: 'startup.p95', comparison: '<=', limit: 0.25 }],
  ['  stall_ratio < 0.5 %', { figure: 'stall_ratio', comparison: '<', limit: 0.005 }],
  ['errors == 0', { figure: 'errors', comparison: '==', limit: 0 }],
  ['stall_ratio == 0', { figure: 'stall_ratio', comparison: '==', limit: 0 }],
  ['bitrate >= 2.5Mbit/s', { figure: 'bitrate', comparison: '>=', limit: 2_500_000 }],
  ['live_latency.p50 < 1min', { figure: 'live_latency.p50', comparison: '<', limit: 60 }],
  ['viewers != 1e1', { figure: 'viewers', comparison: '!=', limit: 10 }],
] as const)('%s is understood', (text, expected) => {
  expect(parseExpectation(text)).toMatchObject(expected);
});

test.each([
  ['', /expected a figure, a comparison and a number/],
  ['errors', /expected a figure, a comparison and a number/],
  ['errors == none', /expected a figure, a comparison and a number/],
  ['startup.p59 < 2s', /such as startup\.p50 or startup\.p\d\d or startup\.p\d\d, received "startup\.p59 < 2s"/],
  ['stalls == 0', /a known figure, such as stall/],
  ['constructor == 0', /a known figure/],
  ['errors = 0', /expected one of <= >= == != < > after errors/],
  ['errors <> 0', /expected one of <= >= == != < > after errors/],
  ['viewers == 1.2.3', /expected a number after ==/],
  ['startup.p95 < 2', /expected the unit ms, s or min after 2/],
  ['startup.p95 < 2 kbit/s', /expected the unit ms, s or min after 2/],
  ['stall_ratio < 0.5', /expected the unit % after 0\.5/],
  ['errors < 3s', /expected no unit after 3/],
])('%j is refused in one sentence', (text, sentence) => {
  expect(() => parseExpectation(text)).toThrow(sentence);
});

test('what was not seen holds nothing', () => {
  for (const text of ['startup.p95 < 2s', 'startup.p95 > 2s', 'startup.p95 != 2s']) {
    const verdict = judge(parseExpectation(text), { 'startup.p95': null });
    expect(verdict).toMatchObject({ holds: false, value: null });
    expect(verdict.message).toBe(`startup.p95 was not seen, expected ${text.slice(12)}`);
  }
});

test('a verdict says what was seen in the unit of people', () => {
  const { message } = judge(parseExpectation('stall_ratio < 0.5%'), { stall_ratio: 0.0123 });
  expect(message).toBe('stall_ratio is 1.23 %, expected < 0.5%');
});
