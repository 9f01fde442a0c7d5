// The stock OpenTelemetry SDK and its serialisers against the collector.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-web';
import { InMemorySpanExporter, SimpleSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { expect, test } from 'vitest';
import { edgesOf } from '../aggregate/plausible.ts';
import { testCollector } from '../test-collector.ts';

const fetches = 'livestream.segment.fetch.duration';
const labels = { 'stream.id': 'demo', protocol: 'hls', 'viewer.kind': 'real' };

function record(meters: MeterProvider) {
  const meter = meters.getMeter('test');
  meter.createCounter('livestream.viewer.presence').add(8, { ...labels, 'viewer.state': 'playing' });
  meter.createCounter('livestream.player.plays').add(1, labels);
  const histogram = meter.createHistogram(fetches, { advice: { explicitBucketBoundaries: [...edgesOf(fetches)] } });
  for (const value of [0.04, 0.2, 0.21, 40]) histogram.record(value, labels);
}

async function collected() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const views = [
    {
      instrumentName: fetches,
      aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [...edgesOf(fetches)] } },
    },
  ];
  const meters = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': 'web-player',
      'session.id': 'a',
      'livestream.viewer.next_report': 10,
    }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    views: views as never,
  });
  record(meters);
  await meters.forceFlush();
  const [metrics] = exporter.getMetrics();
  await meters.shutdown();
  if (!metrics) throw new Error('nothing was collected');
  return metrics;
}

const playerLines = (text: string) => text.split('\n').filter((line) => /^(livestream|webrtc)/.test(line));

test('protobuf and JSON give the same figures, and one is known as a copy of the other', async () => {
  const metrics = await collected();
  const json = JsonMetricsSerializer.serializeRequest(metrics) as Uint8Array;
  const protobuf = ProtobufMetricsSerializer.serializeRequest(metrics) as Uint8Array;
  const [one, two] = [await testCollector({ now: Date.now }), await testCollector({ now: Date.now })];
  const answer = await one.post('/v1/metrics', json);
  expect([answer.status, await answer.json()]).toEqual([200, {}]);
  const binary = { 'Content-Type': 'application/x-protobuf' };
  expect((await two.post('/v1/metrics', protobuf, binary)).status).toBe(200);
  const lines = playerLines(await one.text('/metrics'));
  expect(lines.length).toBeGreaterThan(15);
  expect(playerLines(await two.text('/metrics'))).toEqual(lines);
  await one.post('/v1/metrics', protobuf, binary);
  await two.post('/v1/metrics', json);
  expect(playerLines(await one.text('/metrics'))).toEqual(lines);
  expect(playerLines(await two.text('/metrics'))).toEqual(lines);
  expect((await one.get('/api/viewers')).viewers).toBe(1);
});

test('protobuf and JSON give the same trace', async () => {
  const exporter = new InMemorySpanExporter();
  const tracers = new WebTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'origin' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = tracers.getTracer('test');
  const made = tracer.startSpan('livestream.segment.publish', {
    attributes: { 'stream.id': 'demo', 'segment.sequence': 7 },
  });
  const served = tracer.startSpan('livestream.origin.request', {
    kind: SpanKind.SERVER,
    links: [{ context: made.spanContext() }],
  });
  served
    .setStatus({ code: SpanStatusCode.ERROR, message: 'gone' })
    .addEvent('late', { by: 1.5, codes: [1, 2], ok: true });
  served.end();
  made.end();
  const spans: ReadableSpan[] = exporter.getFinishedSpans();
  const [one, two] = [await testCollector(), await testCollector()];
  await one.post('/v1/traces', JsonTraceSerializer.serializeRequest(spans) as Uint8Array);
  await two.post('/v1/traces', ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array, {
    'Content-Type': 'application/x-protobuf',
  });
  const path = `/api/traces/${served.spanContext().traceId}`;
  const trace = await one.get(path);
  expect(trace.spans[0]).toMatchObject({
    name: 'livestream.origin.request',
    service: 'origin',
    status: 'error',
    statusMessage: 'gone',
  });
  expect(trace.spans[0].events[0].attributes).toEqual({ by: 1.5, codes: [1, 2], ok: true });
  expect(trace.linked[0]).toMatchObject({ direction: 'to', name: 'livestream.segment.publish' });
  expect(await two.get(path)).toEqual(trace);
  expect(await two.get('/api/traces')).toEqual(await one.get('/api/traces'));
});

test('the stock exporters deliver, cumulative as they are set by default', async () => {
  const collector = await testCollector({ now: Date.now });
  const meters = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'origin', 'service.instance.id': '1' }),
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${collector.url}/v1/metrics` }),
        exportIntervalMillis: 3_600_000,
      }),
    ],
  });
  const requests = meters.getMeter('test').createCounter('livestream.origin.requests');
  const utilization = meters.getMeter('test').createObservableGauge('livestream.encoder.utilization');
  utilization.addCallback((result) => result.observe(42.5));
  requests.add(3);
  await meters.forceFlush();
  requests.add(4);
  await meters.forceFlush();
  await meters.shutdown();
  expect(await collector.sample('livestream_origin_requests_total{service_name="origin"}')).toBe(7);
  expect(await collector.sample('livestream_encoder_utilization_percent{service_name="origin"}')).toBe(42.5);

  const tracers = new WebTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }))],
  });
  const made = tracers.getTracer('test').startSpan('livestream.segment.publish');
  made.end();
  await tracers.shutdown();
  const { traces } = await collector.get('/api/traces?name=livestream.segment.publish');
  expect(traces[0].traceId).toBe(made.spanContext().traceId);
});
