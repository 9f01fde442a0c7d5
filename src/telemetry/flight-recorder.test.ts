import { expect, test } from 'vitest';
import { flightRecorder, fraction } from './flight-recorder.ts';
import type { ReadableSpan } from './providers.ts';

const id = (hex: string) => hex.padEnd(32, '0');
const lucky = id('00');
const unlucky = id('ff');
const span = (name: string | number) => ({ name: String(name), attributes: {} }) as ReadableSpan;
const spans = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => span(from + index));
const names = (list: readonly ReadableSpan[]) => list.map(({ name }) => name);

function recorderAt(sessionId: string, ratio: number) {
  const clock = { ms: 0 };
  return { clock, spans: flightRecorder(sessionId, ratio, () => clock.ms) };
}

test('a sampled session sends all, in order, once', () => {
  const { spans: recorder } = recorderAt(lucky, 0.5);
  expect(recorder.shouldSample()).toBe('keep');
  for (const one of spans(0, 3)) recorder.add(one);
  const sent = recorder.drain();
  expect(names(sent)).toEqual(['0', '1', '2']);
  expect(sent[0]?.attributes).toEqual({});
  expect(recorder.drain()).toEqual([]);
});

test('an unsampled one sends nothing, until trouble sends what led to it', () => {
  const { spans: recorder } = recorderAt(unlucky, 0.5);
  expect(recorder.shouldSample()).toBe('record');
  recorder.add(span('before'));
  expect(recorder.drain()).toEqual([]);
  recorder.trouble('stall');
  const [sent] = recorder.drain();
  expect(sent).toMatchObject({ name: 'before', attributes: { 'sampling.reason': 'stall' } });
});

test('what comes within five minutes of the last trouble is sent, what comes later is not', () => {
  const { clock, spans: recorder } = recorderAt(unlucky, 0);
  recorder.trouble('slow_start');
  clock.ms = 200_000;
  recorder.trouble('fatal_error');
  clock.ms = 499_999;
  expect(recorder.shouldSample()).toBe('keep');
  recorder.add(span('in time'));
  clock.ms = 500_000;
  recorder.add(span('late'));
  expect(recorder.shouldSample()).toBe('record');
  const sent = recorder.drain();
  expect(names(sent)).toEqual(['in time']);
  expect(sent[0]?.attributes['sampling.reason']).toBe('fatal_error');
});

test('the ring holds the last 200, and pushing out of it is no loss', () => {
  const { spans: recorder } = recorderAt(unlucky, 0);
  for (const one of spans(0, 500)) recorder.add(one);
  recorder.trouble('stall');
  expect(names(recorder.drain())).toEqual(names(spans(300, 500)));
  expect(recorder.takeDropped()).toBe(0);
});

test('the queue is bounded, and what falls out is counted', () => {
  const { spans: recorder } = recorderAt(lucky, 1);
  for (const one of spans(0, 1010)) recorder.add(one);
  expect(names(recorder.drain())).toEqual(names(spans(10, 1010)));
  expect(recorder.takeDropped()).toBe(10);
});

test.each([0, 0.1, 0.5, 1])('of many random sessions a share of %d is drawn, the same ones each time', (ratio) => {
  const ids = Array.from({ length: 2000 }, () => crypto.randomUUID());
  const kept = () => ids.filter((one) => recorderAt(one, ratio).spans.shouldSample() === 'keep');
  expect(kept().length / ids.length).toBeCloseTo(ratio, 1);
  expect(kept()).toEqual(kept());
});

test('the lot is drawn from the first 56 bits, whatever stands between them', () => {
  expect(fraction(lucky)).toBe(0);
  expect(fraction('80000000-0000-4000-8000-000000000000')).toBeCloseTo(0.5, 5);
});
