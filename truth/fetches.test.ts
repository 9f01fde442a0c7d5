import { expect, test } from 'vitest';
import type { Span } from '../e2e/collector.ts';
import type { Answered } from '../e2e/origin.ts';
import type { Evidence } from './fetches.ts';
import { compareFetches } from './fetches.ts';

const path = '/live/v180/seg-1.m4s';
const answered = (more: Partial<Answered> = {}): Answered => ({
  method: 'GET',
  path,
  query: '',
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

const compare = (evidence: Partial<Evidence>) =>
  compareFetches({
    answers: [],
    spans: [],
    browser: { timeOrigin: 0, loaded: [] },
    cuts: new Set(),
    leftAt: 10_000,
    ...evidence,
  });
const isTime = (figure: string) => figure === 'fetchDuration' || figure === 'ttfb';
const timed = (evidence: Partial<Evidence>) =>
  compare(evidence).flatMap(({ figure, expected }) => (isTime(figure) ? [[figure, expected]] : []));
const wrong = (evidence: Partial<Evidence>) =>
  compare(evidence).flatMap(({ figure, expected, received }) =>
    Object.is(expected, received) || isTime(figure) ? [] : [[figure, expected, received]],
  );
const loaded = { path, startTime: 74, requestStart: 104, responseStart: 111, responseEnd: 121 };

test('a request is held against the span of its path that began nearest', () => {
  const later = answered({ receivedAt: 305, firstByteAt: 310, finishedAt: 350 });
  const compared = compare({ answers: [answered(), later], spans: [span(300), { ...span(100), durationMs: 17 }] });
  const durations = compared.filter(({ figure }) => figure === 'fetchDuration');
  expect(durations.map(({ expected, received }) => [expected, received])).toEqual([
    [15, 17],
    [45, 18],
  ]);
});

test('a fetch begins when the browser was asked, however long it took to reach the origin', () => {
  const earlier = { path, startTime: 3, requestStart: 4, responseStart: 5, responseEnd: 6 };
  const browser = { timeOrigin: 0, loaded: [loaded, earlier] };
  expect(timed({ answers: [answered()], spans: [span(74)], browser })).toEqual([
    ['fetchDuration', 46],
    ['ttfb', 36],
  ]);
});

test('what waited for a processor between the origin and the browser has no known duration', () => {
  const browser = { timeOrigin: 0, loaded: [{ ...loaded, responseEnd: 136 }] };
  expect(timed({ answers: [answered()], spans: [span(74)], browser })).toEqual([['ttfb', 36]]);
});

test('a request that was given up does not take the record of the next one', () => {
  const answers = [answered({ aborted: true, receivedAt: 40, finishedAt: 90 }), answered()];
  const spans = [span(35, { 'fetch.result': 'aborted' }), span(74)];
  expect(wrong({ answers, spans, browser: { timeOrigin: 0, loaded: [loaded] } })).toEqual([]);
});

test('retries are counted until one succeeds', () => {
  const answers = [0, 200, 400, 600].map((at, index) =>
    answered({ receivedAt: 105 + at, ...(index === 2 ? {} : { status: 503 }) }),
  );
  const spans = [failed(100), failed(300, 1), span(500, { 'http.request.resend_count': 2 }), failed(700)];
  expect(wrong({ answers, spans })).toEqual([]);
});

test('a request without a span, and a span without a request, are wrong', () => {
  expect(wrong({ answers: [answered()] }).map(([figure]) => figure)).toEqual([
    'fetchResult',
    'fetchRetry',
    'fetchStatus',
    'fetchBytes',
  ]);
  expect(wrong({ spans: [span(100)] })).toEqual([['fetchResult', 'no request', 'ok']]);
});

test('what the player asked for after the SDK had left needs no span', () => {
  expect(wrong({ answers: [answered()], leftAt: 100 })).toEqual([]);
});

test('what never went out, was given up on the way, or came from the cache needs no request', () => {
  const spans = [
    span(100, { 'fetch.result': 'aborted' }),
    span(100, { 'fetch.result': 'detached' }),
    span(100, { 'cache.status': 'local' }),
  ];
  expect(compare({ spans })).toEqual([]);
});

test('an answer that a fault cut short has failed; of one that the player gave up neither bytes nor times are told', () => {
  const cut = answered({ aborted: true, bytes: 400, faults: ['fault-1'] });
  const spans = [span(100, { 'fetch.result': 'failed', 'segment.size_bytes': 380 })];
  expect(wrong({ answers: [cut], spans, cuts: new Set(['fault-1']) })).toEqual([]);
  const givenUp = compare({
    answers: [answered({ aborted: true, bytes: 400 })],
    spans: [span(100, { 'fetch.result': 'aborted' })],
  });
  expect(givenUp.map(({ figure }) => figure)).toEqual(['fetchResult', 'fetchRetry', 'fetchStatus']);
});
