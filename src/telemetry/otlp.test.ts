// Against the SDK's own serialisers: the same request, less what is left out.
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { metricsRequest, spansRequest } from './otlp.ts';
import type { ReadableSpan } from './providers.ts';
import { providers } from './providers.ts';
import { readOtlp } from './test-otlp.ts';

const attributes = { 'service.name': 'web-player', 'session.id': 'a1b2', 'livestream.viewer.next_report': 10.1 };
const scope = { name: 'playscope', version: '1.2.3' };
const resource = resourceFromAttributes(attributes);

/** Without what says nothing. */
function less(read: object): unknown {
  const idle = /^(description|dropped\w+|events|links|status|min|max)$/;
  return JSON.parse(JSON.stringify(read), (key, value) => {
    if (idle.test(key) && !value?.length && !value?.code) return undefined;
    if (key === 'links') return value.map(({ traceId, spanId }: Record<string, string>) => ({ traceId, spanId }));
    if (key === 'events')
      return value.map(({ name, timeUnixNano }: Record<string, string>) => ({ name, timeUnixNano }));
    // Where a parent is, a collector does not ask.
    return key === 'flags' ? value & 0xff : value;
  });
}

class Manual extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
  }
  protected async onForceFlush() {}
  protected async onShutdown() {}
}

async function measured(): Promise<readonly MetricData[]> {
  const reader = new Manual();
  const meter = new MeterProvider({ readers: [reader] }).getMeter(scope.name, scope.version);
  const plays = meter.createCounter('livestream.player.plays', { unit: '{play}' });
  plays.add(1, { 'stream.id': 'demo', 'error.fatal': true });
  plays.add(0.25, { protocol: 'dash' });
  const fetch = meter.createHistogram('livestream.segment.fetch.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.025, 0.5, 1] },
  });
  for (const sec of [0.004, 0.5, 7]) fetch.record(sec, { protocol: 'hls' });
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics[0]?.metrics ?? [];
}

function ended(): readonly ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const onSpanEnd = (span: ReadableSpan) => void spans.push(span);
  const { tracer } = providers({ resource: attributes, scope, shouldSample: () => 'keep', onSpanEnd });
  const startup = tracer.startSpan('livestream.player.startup', { startTime: 1_790_000_000_000 }, ROOT_CONTEXT);
  const within = trace.setSpan(ROOT_CONTEXT, startup);
  const fetch = { url: 'https://cdn.example/ü.m4s', status: 404, ttfb_s: 0.012, hidden: false, tags: ['a', 'b'] };
  tracer
    .startSpan(
      'livestream.segment.fetch',
      { kind: SpanKind.CLIENT, startTime: 1_790_000_000_100, attributes: fetch },
      within,
    )
    .setStatus({ code: SpanStatusCode.ERROR, message: 'http_404' })
    .end(1_790_000_000_150);
  const links = [{ context: startup.spanContext() }];
  tracer.startSpan('livestream.player.stall', { startTime: 1_790_000_000_000, links }, ROOT_CONTEXT).end();
  startup.addEvent('play', 1_790_000_000_001);
  startup.end(1_790_000_000_400);
  return spans;
}

test('metrics are those of the SDK', async () => {
  const metrics = await measured();
  const scopeMetrics = [{ scope, metrics: [...metrics] }];
  const theirs = ProtobufMetricsSerializer.serializeRequest({ resource, scopeMetrics }) as Uint8Array;
  const ours = metricsRequest(attributes, scope, metrics);
  expect(readOtlp('metrics', ours)).toEqual(less(readOtlp('metrics', theirs)));
  expect(ours.length).toBeLessThan(theirs.length);
});

test('spans are those of the SDK', () => {
  const spans = ended();
  const theirs = readOtlp('traces', ProtobufTraceSerializer.serializeRequest([...spans]) as Uint8Array);
  const { resource, scopeSpans } = readOtlp('traces', spansRequest(attributes, scope, spans)).resourceSpans[0];
  expect(scopeSpans).toEqual(less(theirs.resourceSpans[0].scopeSpans));
  expect(resource.attributes).toHaveLength(3);
});

test('digits that only arithmetic made are not sent', () => {
  const { resource } = readOtlp('metrics', metricsRequest({ sum: 0.1 + 0.2 }, scope, [])).resourceMetrics[0];
  expect(resource.attributes).toEqual([{ key: 'sum', value: { doubleValue: 0.3 } }]);
});

test('numbers of any size and sign, texts of any script, and lists with holes', () => {
  const odd = { below: -7, large: 2 ** 40 + 1, zero: 0, ratio: -0.5, text: '直播', empty: '', list: ['p', null, 'q'] };
  const { resource } = readOtlp('metrics', metricsRequest(odd, scope, [])).resourceMetrics[0];
  const read = resource.attributes.map(({ value }: { value: object }) => Object.entries(value)[0]);
  expect(read).toEqual([
    ['doubleValue', -7],
    ['intValue', `${2 ** 40 + 1}`],
    ['intValue', '0'],
    ['doubleValue', -0.5],
    ['stringValue', '直播'],
    ['stringValue', ''],
    ['arrayValue', { values: [{ stringValue: 'p' }, {}, { stringValue: 'q' }] }],
  ]);
});

test('without metrics the resource stands alone', () => {
  const { resource, scopeMetrics } = readOtlp('metrics', metricsRequest({ a: 1 }, scope, [])).resourceMetrics[0];
  expect(resource.attributes).toHaveLength(1);
  expect(scopeMetrics).toBeUndefined();
});
