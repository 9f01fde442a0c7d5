import type { Span } from '@opentelemetry/api';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import type { ProvidersOptions, ReadableSpan } from './providers.ts';
import { providers } from './providers.ts';

type Point = { name: string; asDouble: number; timeUnixNano: string; startTimeUnixNano: string };
type Metric = { name: string; sum: { dataPoints: Omit<Point, 'name'>[] } };

function start(options: Partial<ProvidersOptions> = {}) {
  const ended: ReadableSpan[] = [];
  const sdk = providers({
    resource: { 'service.name': 'web-player', 'session.id': 'a1b2' },
    scope: { name: 'playscope', version: '1.2.3' },
    shouldSample: () => 'keep',
    onSpanEnd: (span) => ended.push(span),
    ...options,
  });
  const collect = async (resource?: Record<string, string>, whole = true) =>
    JSON.parse((await sdk.collect(resource, undefined, whole)) ?? 'null');
  return { ...sdk, ended, collect };
}

test('collect gives deltas, and undefined when nothing was recorded', async () => {
  const { meter, collect } = start();
  const plays = meter.createCounter('plays');
  expect(await collect()).toBeNull();
  plays.add(2);
  const first = (await collect()).resourceMetrics[0].scopeMetrics[0];
  plays.add(3);
  const second = (await collect()).resourceMetrics[0].scopeMetrics[0];
  expect(first.scope).toMatchObject({ name: 'playscope', version: '1.2.3' });
  expect(first.metrics[0].sum).toMatchObject({ aggregationTemporality: 1, isMonotonic: true });
  expect([first, second].map(({ metrics }) => metrics[0].sum.dataPoints[0].asDouble)).toEqual([2, 3]);
  expect(await collect()).toBeNull();
});

test('extra resource attributes stand on one batch only and win over the given ones', async () => {
  const { meter, collect } = start();
  const plays = meter.createCounter('plays');
  const resources = [];
  for (const extra of [{ 'session.id': 'c3', extra: 'x' }, undefined]) {
    plays.add(1);
    const { attributes } = (await collect(extra)).resourceMetrics[0].resource;
    resources.push(Object.fromEntries(attributes.map(({ key, value }: never) => [key, Object.values(value)[0]])));
  }
  expect(resources[0]).toMatchObject({ 'service.name': 'web-player', 'session.id': 'c3', extra: 'x' });
  expect(resources[1]).toMatchObject({ 'service.name': 'web-player', 'session.id': 'a1b2' });
  expect(resources[1]).not.toHaveProperty('extra');
});

test('what is not prompt waits for a whole collection, and then begins where its last one ended', async () => {
  const { meter, collect } = start({ isPrompt: (metric) => metric === 'presence' });
  const [presence, bytes] = [meter.createCounter('presence'), meter.createCounter('bytes')];
  const told = async (whole: boolean) => {
    presence.add(10);
    bytes.add(1);
    const request = await collect({}, whole);
    return request.resourceMetrics[0].scopeMetrics.flatMap(({ metrics }: { metrics: Metric[] }) =>
      metrics.map(({ name, sum: { dataPoints } }) => ({ name, ...dataPoints[0] })),
    );
  };
  const [first] = [await told(true), await told(false), await told(false)];
  const last = await told(true);
  expect(last.map(({ name, asDouble }: Point) => [name, asDouble])).toEqual([
    ['presence', 10],
    ['bytes', 3],
  ]);
  expect(last[1].startTimeUnixNano).toBe(first[1].timeUnixNano);
});

test('the traces of a page share the first half of their ids, and end in the id of their root', () => {
  const ids = [start(), start()].map(({ tracer }) => {
    const [root, other] = ['root', 'other'].map((name) => tracer.startSpan(name, {}, ROOT_CONTEXT)) as [Span, Span];
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).spanContext();
    expect(child).toMatchObject({ traceId: root.spanContext().traceId });
    expect(child.spanId).not.toBe(root.spanContext().spanId);
    return [root, other].map((span) => span.spanContext());
  });
  const all = ids.flat();
  expect(new Set(all.map(({ spanId }) => spanId)).size).toBe(4);
  expect(new Set(all.map(({ traceId }) => traceId.slice(0, 16))).size).toBe(2);
  for (const { traceId, spanId } of all) expect(traceId.slice(16)).toBe(spanId);
});

test('collect needs microtasks only', async () => {
  const { meter, collect } = start();
  meter.createHistogram('wait').record(1);
  let settled = false;
  collect().then(() => {
    settled = true;
  });
  await new Promise((next) => setImmediate(next));
  expect(settled).toBe(true);
});

test('more series than the limit share the overflow series', async () => {
  const { meter, collect } = start({ cardinalityLimit: 4 });
  const requests = meter.createCounter('requests');
  for (let host = 0; host < 20; host++) requests.add(1, { host });
  const { dataPoints } = (await collect()).resourceMetrics[0].scopeMetrics[0].metrics[0].sum;
  expect(dataPoints).toHaveLength(4);
  expect(JSON.stringify(dataPoints)).toContain('otel.metric.overflow');
});

test('a span that is only recorded ends here too, without the sampled flag', () => {
  let answer: 'keep' | 'record' = 'keep';
  const { tracer, ended, serializeSpans } = start({ shouldSample: () => answer });
  tracer.startSpan('kept', { attributes: { url: 'x'.repeat(600) } }, ROOT_CONTEXT).end();
  answer = 'record';
  tracer.startSpan('recorded', {}, ROOT_CONTEXT).end();
  expect(ended.map((span) => [span.name, span.spanContext().traceFlags])).toEqual([
    ['kept', 1],
    ['recorded', 0],
  ]);
  const { spans } = JSON.parse(serializeSpans(ended)).resourceSpans[0].scopeSpans[0];
  const kept = spans.find(({ name }: { name: string }) => name === 'kept');
  expect(kept.attributes[0].value.stringValue).toHaveLength(512);
  expect(spans).toHaveLength(2);
});

test('after shutdown nothing comes out', async () => {
  const { tracer, meter, ended, collect, shutdown } = start();
  meter.createCounter('plays').add(1);
  shutdown();
  tracer.startSpan('late').end();
  expect(ended).toEqual([]);
  expect(await collect()).toBeNull();
});
