/** An origin and a publisher that are not well: one sends deltas, as playscope/server does, the other sums since its start. */
import { AggregationTemporalityPreference, OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Measure } from '../src/server/instruments.ts';
import { instruments } from '../src/server/instruments.ts';
import { startTelemetry } from '../src/server/telemetry.ts';

type Counted = 'livestream.origin.requests' | 'livestream.ingest.frame_drops';

export type Servers = {
  readonly streamId: string;
  /** What they have counted. */
  readonly totals: ReadonlyMap<Counted, number>;
  stop(): Promise<void>;
};

const streamId = 'main';

/** Works until it is stopped: answers in 300 ms, publishes after 1.4 s, sends 400 kbps. */
export function startServers(endpoint: string): Servers {
  const totals = new Map<Counted, number>();
  const origin = startTelemetry({ endpoint, serviceName: 'origin' });
  const publisher = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'publisher', 'service.instance.id': 'publisher-1' }),
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({
          url: `${endpoint}/v1/metrics`,
          temporalityPreference: AggregationTemporalityPreference.CUMULATIVE,
        }),
        exportIntervalMillis: 10_000,
        exportTimeoutMillis: 5000,
      }),
    ],
  });
  const answered = instruments(origin.meterProvider.getMeter('origin'), { 'stream.id': streamId });
  const meter = publisher.getMeter('publisher');
  const published = instruments(meter, { 'stream.id': streamId, protocol: 'hls' });
  meter
    .createObservableGauge('livestream.encoder.utilization', { unit: '%' })
    .addCallback((result) => result.observe(70, { 'stream.id': streamId }));

  const timer = setInterval(() => {
    const request = { 'request.type': 'segment', 'http.response.status_class': '2xx' };
    count(answered, 'livestream.origin.requests', request);
    answered('livestream.origin.request_latency', 300, request);
    published('livestream.segment.generation_latency', 1400);
    published('livestream.ingest.bitrate', 400);
    count(published, 'livestream.ingest.frame_drops');
  }, 200);

  return {
    streamId,
    totals,
    async stop() {
      clearInterval(timer);
      await Promise.all([origin.shutdown(), publisher.shutdown()]);
    },
  };

  function count(measure: Measure, metric: Counted, attributes = {}) {
    totals.set(metric, (totals.get(metric) ?? 0) + 1);
    measure(metric, 1, attributes);
  }
}
