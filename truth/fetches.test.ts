import { expect, test } from 'vitest';
import type { Span } from '../e2e/collector.ts';
import type { Answered } from '../e2e/origin.ts';
import { compareFetches } from './fetches.ts';

const path = '/live/v180/seg-1.m4s';
const answered = (more: Partial<Answered> = {}): Answered => ({
  method: 'GET',
  path,
  status: 200,
  bytes: 1000,
  receivedAt: 105,
  firstByteAt: 110,
  finishedAt: 120,
  aborted: false,
  faults: [],
  ...more,
});
const span = (startedAt: number, attributes: Span['attributes'] = {}): Span => ({
  traceId: '',
  spanId: '',
  parentSpanId: null,
  name: 'livestream.segment.fetch',
  startedAt,
  durationMs: 18,
  status: 'unset',
  attributes: {
    'url.full': `http://origin.test${path}`,
    'fetch.result': 'ok',
    'http.response.status_code': 200,
    'segment.size_bytes': 1000,
    ttfb_s: 0.007,
    ...attributes,
  },
  links: [],
});
const failed = (startedAt: number, retry?: number) =>
  span(startedAt, { 'fetch.result': 'failed', 'http.response.status_code': 503, 'http.request.resend_count': retry });

const wrong = (...all: Parameters<typeof compareFetches>) =>
  compareFetches(...all).flatMap(({ figure, expected, received }) =>
    Object.is(expected, received) || /Duration|ttfb/.test(figure) ? [] : [[figure, expected, received]],
  );

test('a request is held against the span of its path that began nearest', () => {
  const compared = compareFetches(
    [answered(), answered({ receivedAt: 305, firstByteAt: 310, finishedAt: 350 })],
    [span(300), span(100)],
    new Set(),
  );
  const durations = compared.filter(({ figure }) => figure === 'fetchDuration');
  expect(durations.map(({ expected, received }) => [expected, received])).toEqual([
    [15, 18],
    [45, 18],
  ]);
});

test('retries are counted until one succeeds', () => {
  const answers = [0, 200, 400, 600].map((at, index) =>
    answered({ receivedAt: 105 + at, ...(index === 2 ? {} : { status: 503 }) }),
  );
  expect(
    wrong(
      answers,
      [failed(100), failed(300, 1), span(500, { 'http.request.resend_count': 2 }), failed(700)],
      new Set(),
    ),
  ).toEqual([]);
});

test('a request without a span, and a span without a request, are wrong', () => {
  expect(wrong([answered()], [], new Set()).map(([figure]) => figure)).toEqual([
    'fetchResult',
    'fetchRetry',
    'fetchStatus',
    'fetchBytes',
  ]);
  expect(wrong([], [span(100)], new Set())).toEqual([['fetchResult', 'no request', 'ok']]);
});

test('what never went out, was given up on the way, or came from the cache needs no request', () => {
  const spans = [
    span(100, { 'fetch.result': 'aborted' }),
    span(100, { 'fetch.result': 'detached' }),
    span(100, { 'cache.status': 'local' }),
  ];
  expect(compareFetches([], spans, new Set())).toEqual([]);
});

test('an answer that a fault cut short has failed; of one that the player gave up neither bytes nor times are told', () => {
  const cut = answered({ aborted: true, bytes: 400, faults: ['fault-1'] });
  expect(
    wrong([cut], [span(100, { 'fetch.result': 'failed', 'segment.size_bytes': 380 })], new Set(['fault-1'])),
  ).toEqual([]);
  const givenUp = compareFetches(
    [answered({ aborted: true, bytes: 400 })],
    [span(100, { 'fetch.result': 'aborted' })],
    new Set(),
  );
  expect(givenUp.map(({ figure }) => figure)).toEqual(['fetchResult', 'fetchRetry', 'fetchStatus']);
});
