import { expect, test } from 'vitest';
import type { Span, Trace } from '../api.ts';
import { phasesOf, waterfall } from './waterfall.ts';

const span = (spanId: string, startedAt: number, durationMs: number, parentSpanId: string | null = null): Span => ({
  traceId: 't',
  spanId,
  parentSpanId,
  name: spanId,
  kind: 1,
  service: 'web-player',
  startedAt,
  durationMs,
  status: 'unset',
  statusMessage: '',
  attributes: {},
  events: [],
  links: [],
});
const trace = (...spans: Span[]): Trace => ({ traceId: 't', spans, linked: [] });

test('children stand below their parent, brothers by their start, orphans as roots', () => {
  const spans = [
    span('late', 50, 10, 'root'),
    span('orphan', 20, 5, 'gone'),
    span('root', 0, 100),
    span('early', 10, 30, 'root'),
    span('grandchild', 12, 5, 'early'),
  ];
  const [rows] = waterfall([trace(...spans)]).groups;
  expect(rows?.map(({ span: { spanId }, depth }) => [spanId, depth])).toEqual([
    ['root', 0],
    ['early', 1],
    ['grandchild', 2],
    ['late', 1],
    ['orphan', 0],
  ]);
});

test('bars are as wide as the spans were long', () => {
  const [rows] = waterfall([trace(span('root', 1000, 400), span('child', 1100, 200, 'root'))]).groups;
  expect(rows?.map(({ bar }) => bar)).toEqual([
    { left: 0, width: 1 },
    { left: 0.25, width: 0.5 },
  ]);
});

test('a linked trace nearby widens the axis, one far away has none', () => {
  const plan = waterfall([
    trace(span('stall', 10_000, 3000)),
    trace(span('fetch', 8000, 2000)),
    trace(span('start', -600_000, 900)),
  ]);
  expect([plan.from, plan.to]).toEqual([8000, 13_000]);
  expect(plan.groups[1]?.[0]?.bar).toEqual({ left: 0, width: 0.4 });
  expect(plan.groups[2]).toBeNull();
  expect(plan.ticks.map(({ ms }) => ms)).toEqual([-2000, -1000, 0, 1000, 2000, 3000]);
});

test('spans that name each other, a span of no length, and nothing at all draw without harm', () => {
  expect(waterfall([trace(span('a', 0, 5, 'a'))]).groups[0]).toHaveLength(1);
  const [rows] = waterfall([trace(span('point', 5, 0))]).groups;
  expect(rows?.[0]?.bar).toEqual({ left: 0, width: 0 });
  expect(waterfall([trace()]).groups[0]).toEqual([]);
});

test('phases end with the bar; what they leave open at its begin was spent in a queue', () => {
  const attributes = { 'timing.wait_s': 0.2, 'timing.receive_s': 0.1 };
  const phases = phasesOf({ attributes, durationMs: 400 });
  expect(phases.map(({ name }) => name)).toEqual(['queued', 'wait', 'receive']);
  expect(phases.map(({ left }) => Number(left.toFixed(3)))).toEqual([0, 0.25, 0.75]);
  expect(phases.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(1);
});

test('phases longer than their span are scaled into it, and time to first byte is enough for two', () => {
  const tooLong = phasesOf({ attributes: { 'timing.wait_s': 1 }, durationMs: 500 });
  expect(tooLong.map(({ name, left, width }) => [name, left, width])).toEqual([['wait', 0, 1]]);
  const two = phasesOf({ attributes: { ttfb_s: 0.3 }, durationMs: 400 });
  expect(two.map(({ name, width }) => [name, Number(width.toFixed(2))])).toEqual([
    ['wait', 0.75],
    ['receive', 0.25],
  ]);
  expect(phasesOf({ attributes: {}, durationMs: 400 })).toEqual([]);
});
