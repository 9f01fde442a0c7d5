// Against the SDK's own serialisers: the same request, less what is left out.
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { metricsRequest, spansRequest } from './otlp.ts';
import type { ReadableSpan } from './providers.ts';
import { providers } from './providers.ts';

const attributes = { 'service.name': 'web-player', 'session.id': 'a1b2', 'livestream.viewer.next_report': 10.1 };
const scope = { name: 'playscope', version: '1.2.3' };
const resource = resourceFromAttributes(attributes);
const readable = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

/** Without what says nothing. */
function less(request: object): unknown {
  const idle = /^(description|dropped\w+|events|links|status|min|max)$/;
  return JSON.parse(JSON.stringify(request), (key, value) => {
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
  const theirs = readable(
    JsonMetricsSerializer.serializeRequest({ resource, scopeMetrics: [{ scope, metrics: [...metrics] }] }),
  );
  expect(JSON.parse(metricsRequest(attributes, scope, metrics))).toEqual(less(theirs));
});

test('spans are those of the SDK, what happened to the viewer before the fetches', () => {
  const spans = ended();
  const [fetch, stall, startup] = spans as [ReadableSpan, ReadableSpan, ReadableSpan];
  const theirs = readable(JsonTraceSerializer.serializeRequest([startup, stall, fetch]));
  theirs.resourceSpans[0].resource = readable(
    JsonMetricsSerializer.serializeRequest({ resource, scopeMetrics: [] }),
  ).resourceMetrics[0].resource;
  expect(JSON.parse(spansRequest(attributes, scope, spans))).toEqual(less(theirs));
});

test('digits that only arithmetic made are not sent', () => {
  expect(metricsRequest({ sum: 0.1 + 0.2 }, scope, [])).toContain('{"doubleValue":0.3}');
});

test('without metrics the resource stands alone', () => {
  expect(JSON.parse(metricsRequest({}, scope, []))).toEqual({
    resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [] }],
  });
});
