import { randomUUID } from 'node:crypto';
import type { MeterProvider as Meters, TracerProvider } from '@opentelemetry/api';
import { AggregationTemporalityPreference, OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { instruments } from './instruments.ts';
import { wrongOption } from './options.ts';
import { meterOf } from './providers.ts';
import { spanQueue } from './span-queue.ts';

export type TelemetryOptions = {
  /** OTLP/HTTP base URL, to which /v1/metrics and /v1/traces are appended. */
  readonly endpoint: string;
  /** `service.name`: which server this is. */
  readonly serviceName: string;
  /** Added to each export request, for example an authorization. */
  readonly headers?: Record<string, string> | undefined;
  /** Period of metric exports in ms, 1 000 to 120 000, default 10 000. Spans leave within five seconds. */
  readonly reportEveryMs?: number | undefined;
  /** Share of traces that begin here whose spans are sent, 0 to 1, default 1. Those that began elsewhere follow their beginning. */
  readonly sampleRatio?: number | undefined;
};

export type Telemetry = {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: Meters;
  /** Sends what is left and ends. Resolves within some seconds, whether it could be sent or not; never rejects. */
  shutdown(): Promise<void>;
};

const timeoutMillis = 5000;

/**
 * OpenTelemetry for a server that has none: the stock SDK and exporters, registered nowhere. A collector that cannot be reached
 * is the exporters' affair: they retry, then give up a batch; `livestream.telemetry.dropped` counts its spans when the collector is
 * there again.
 *
 * @throws TypeError when an option is wrong, and never later.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const wrong = wrongOption('telemetry', options);
  if (wrong !== undefined) throw new TypeError(wrong);
  const { endpoint, serviceName, headers = {}, reportEveryMs = 10_000, sampleRatio = 1 } = options;
  const base = endpoint.replace(/\/+$/, '');
  const to = (path: string) => ({ url: `${base}${path}`, headers, timeoutMillis });
  const resource = defaultResource().merge(
    // Two processes of one name are two senders, of which each counts from 0.
    resourceFromAttributes({ 'service.name': serviceName, 'service.instance.id': randomUUID() }),
  );

  const meterProvider = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        // Delta, as from players: each export stands for its own interval, and a restart of either end needs no memory.
        exporter: new OTLPMetricExporter({
          ...to('/v1/metrics'),
          temporalityPreference: AggregationTemporalityPreference.DELTA,
        }),
        exportIntervalMillis: reportEveryMs,
        exportTimeoutMillis: Math.min(timeoutMillis, reportEveryMs),
      }),
    ],
  });
  const measure = instruments(meterOf({ meterProvider }), {});
  const dropped = (reason: string, spans: number) =>
    measure('livestream.telemetry.dropped', spans, { 'error.type': reason });
  const tracerProvider = new BasicTracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [spanQueue(new OTLPTraceExporter(to('/v1/traces')), dropped)],
  });
  return {
    tracerProvider,
    meterProvider,
    async shutdown() {
      // The last batch of spans may have something to count.
      await tracerProvider.shutdown().catch(() => {});
      await meterProvider.shutdown().catch(() => {});
    },
  };
}
