import { expect, test } from 'vitest';
import type { TraceSummary } from '../api.ts';
import { casesOf, hurts } from './trouble-cases.ts';

const trace = (traceId: string, more: Partial<TraceSummary> = {}): TraceSummary => ({
  traceId,
  name: 'livestream.player.stall',
  service: 'web-player',
  startedAt: 0,
  durationMs: 1000,
  spans: 1,
  error: false,
  streamId: 'demo',
  sessionId: 's1',
  attributes: {},
  ...more,
});

test('errors, stalls and slow starts hurt; quick starts and other traces do not', () => {
  const start = { name: 'livestream.player.startup' };
  expect(hurts(trace('a'))).toBe(true);
  expect(hurts(trace('b', { name: 'livestream.segment.fetch', error: true }))).toBe(true);
  expect(hurts(trace('c', { ...start, durationMs: 9000 }))).toBe(true);
  // The viewer paused: the trace is long, the wait was not.
  expect(hurts(trace('d', { ...start, durationMs: 9000, attributes: { 'startup.duration_s': 1 } }))).toBe(false);
  expect(hurts(trace('e', { name: 'livestream.segment.fetch' }))).toBe(false);
});

test('one list of many answers: each trace once, newest first', () => {
  const cases = casesOf(
    [
      [trace('old', { startedAt: 1, sessionId: 'x' })],
      [trace('new', { startedAt: 2 }), trace('old', { startedAt: 1, sessionId: 'x' })],
    ],
    9,
  );
  expect(cases.map(({ trace: { traceId } }) => traceId)).toEqual(['new', 'old']);
});

test('the same again and again for one session is one case, though others happen in between', () => {
  const failed = (traceId: string, startedAt: number, sessionId: string) =>
    trace(traceId, {
      startedAt,
      sessionId,
      name: 'livestream.segment.fetch',
      error: true,
      attributes: { 'error.type': 'http_404' },
    });
  const cases = casesOf(
    [
      [
        failed('a', 5, 's1'),
        failed('b', 4, 's2'),
        failed('c', 3, 's1'),
        trace('d', { startedAt: 2 }),
        failed('e', 1, 's1'),
      ],
    ],
    9,
  );
  expect(cases.map(({ trace: { traceId }, times }) => [traceId, times])).toEqual([
    ['a', 2],
    ['b', 1],
    ['d', 1],
    ['e', 1],
  ]);
});
