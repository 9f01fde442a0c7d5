// The OpenTelemetry of a page that has one: the stock SDK with the stock exporters, registered nowhere.

import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import type { AttachOptions } from 'playscope';

type Providers = Required<Pick<AttachOptions, 'tracerProvider' | 'meterProvider'>>;

function openTelemetry(endpoint: string): Providers {
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const traces = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const metrics = new OTLPMetricExporter({
    url: `${endpoint}/v1/metrics`,
    temporalityPreference: AggregationTemporality.DELTA,
  });
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: 1000,
    exportTimeoutMillis: 1000,
  });
  return {
    tracerProvider: new WebTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(traces, { scheduledDelayMillis: 500 })],
    }),
    meterProvider: new MeterProvider({ resource, readers: [reader] }),
  };
}

Object.assign(globalThis, { openTelemetry });
export type { Providers };
