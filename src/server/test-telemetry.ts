// OpenTelemetry that keeps what it is given.
import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

export type Recorded = { name: string; attributes: Attributes; sum: number; count: number; most: number };

export function keptTelemetry() {
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });

  async function points(): Promise<Recorded[]> {
    await meterProvider.forceFlush();
    const batch = exporter.getMetrics().at(-1);
    const all = (batch?.scopeMetrics ?? []).flatMap(({ metrics }) => metrics);
    return all.flatMap(({ descriptor: { name }, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => {
        if (typeof value === 'number') return { name, attributes, sum: value, count: 0, most: value };
        return { name, attributes, sum: value.sum ?? 0, count: value.count, most: value.max ?? 0 };
      }),
    );
  }

  return {
    tracerProvider,
    meterProvider,
    points,
    /** All points of one metric with these attributes together. */
    async total(name: string, wanted: Attributes = {}) {
      const found = (await points()).filter(
        (point) =>
          point.name === name && Object.entries(wanted).every(([key, value]) => point.attributes[key] === value),
      );
      const add = (field: 'sum' | 'count') => found.reduce((all, point) => all + point[field], 0);
      return { sum: add('sum'), count: add('count'), most: Math.max(...found.map(({ most }) => most)) };
    },
    spans: (name: string): ReadableSpan[] => spanExporter.getFinishedSpans().filter((span) => span.name === name),
  };
}
