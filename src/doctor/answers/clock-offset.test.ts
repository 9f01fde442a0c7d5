import { expect, test } from 'vitest';
import type { Answer } from '../facts.ts';
import { clockOffset } from './clock-offset.ts';

const begin = Date.UTC(2026, 0, 1);

/** An answer of a server whose clock is ahead, that began in the middle of the time that it took. */
function answer(atMs: number, tookMs: number, aheadMs: number, says: 'date' | 'at'): Answer {
  const said = begin + atMs + tookMs / 2 + aheadMs;
  const headers =
    says === 'at' ? { 'server-timing': `at;desc="${said.toFixed(1)}"` } : { date: new Date(said).toUTCString() };
  return { status: 200, headers: { ...headers }, sentMs: begin + atMs, receivedMs: begin + atMs + tookMs };
}

test.each([
  -90_000, -700, 0, 300, 5000,
])('by Date, %d ms ahead is within the bound, whatever the fraction', (aheadMs) => {
  for (const atMs of [0, 130, 499, 970]) {
    const { offsetMs, errorMs } = clockOffset([answer(atMs, 40, aheadMs, 'date')]) ?? { offsetMs: 0, errorMs: 0 };
    expect(errorMs).toBe(520);
    expect(Math.abs(offsetMs - aheadMs)).toBeLessThanOrEqual(errorMs);
  }
});

test('answers at several fractions of a second, or at, tell it more exactly', () => {
  const several = [0, 300, 600, 900].map((atMs) => answer(atMs, 40, 5000, 'date'));
  expect(clockOffset(several)?.errorMs).toBeLessThan(200);
  expect(clockOffset([answer(0, 40, 5000, 'at')])).toEqual({ offsetMs: 5000, errorMs: 20 });
});

test('what a cache may have kept bounds it from below only; without a time there is nothing', () => {
  const old = { ...answer(0, 40, 0, 'at'), sentMs: begin + 60_000, receivedMs: begin + 60_040 };
  expect(clockOffset([old], true)?.offsetMs).toBe(-60_020);
  expect(clockOffset([{ ...old, headers: {} }])).toBeUndefined();
});
