/**
 * The OpenTelemetry SDK behind one function. No other browser file knows it, so a move to its next major is this file.
 * The script-tag build leaves out what is not used here (see trim/rows.ts): use something new, and that table must know.
 */
import type { Attributes, Meter, Tracer } from '@opentelemetry/api';
import { JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { IMetricReader, MetricProducer } from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-web';
import { SamplingDecision, WebTracerProvider } from '@opentelemetry/sdk-trace-web';

export type { ReadableSpan } from '@opentelemetry/sdk-trace-web';

export type ProvidersOptions = {
  /** On every batch; `service.name` should be among them. */
  readonly resource: Attributes;
  /** The instrumentation scope of the tracer and the meter. */
  readonly scope: { readonly name: string; readonly version: string };
  /** Asked once per span. Both are recorded in full; `keep` also sets the sampled flag. */
  readonly shouldSample: () => 'keep' | 'record';
  /** Receives each ended span, kept or not; whoever owns it decides what is sent. */
  readonly onSpanEnd: (span: ReadableSpan) => void;
  /** Series per instrument and interval, the overflow series included; default 200. */
  readonly cardinalityLimit?: number;
};

export type Providers = {
  readonly tracer: Tracer;
  readonly meter: Meter;
  /**
   * OTLP/JSON of the metrics since the last call (delta), undefined when nothing was recorded, unless `even` then: the
   * resource alone may be news. `resource` is added to this one batch. Waits for microtasks only, so it completes while
   * the page is being left.
   */
  collect(resource?: Attributes, even?: 'empty'): Promise<string | undefined>;
  /** OTLP/JSON of ended spans. */
  serializeSpans(spans: readonly ReadableSpan[]): string;
  /** Afterwards spans go nowhere and `collect` gives undefined. Does not collect. */
  shutdown(): void;
};

// Error messages and URLs come in any length; a span has to fit into a request of 60 KiB together with others.
const attributeValueLengthLimit = 512;

/** A tracer and a meter that are registered nowhere: a page's own OpenTelemetry does not see them. */
export function providers(options: ProvidersOptions): Providers {
  const { scope, shouldSample, onSpanEnd, cardinalityLimit = 200 } = options;
  const resource = defaultResource().merge(resourceFromAttributes(options.resource));
  const reader = deltaReader(cardinalityLimit);
  let closed = false;

  const tracerProvider = new WebTracerProvider({
    resource,
    sampler: {
      shouldSample: () => ({
        decision: shouldSample() === 'keep' ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD,
      }),
      toString: () => scope.name,
    },
    spanLimits: { attributeValueLengthLimit },
    spanProcessors: [
      {
        onStart() {},
        onEnd: (span) => {
          if (!closed) onSpanEnd(span);
        },
        async forceFlush() {},
        async shutdown() {},
      },
    ],
  });
  const meterProvider = new MeterProvider({ resource, readers: [reader] });

  return {
    tracer: tracerProvider.getTracer(scope.name, scope.version),
    meter: meterProvider.getMeter(scope.name, scope.version),
    async collect(extra, even) {
      if (closed) return undefined;
      const { resourceMetrics } = await reader.collect();
      if (resourceMetrics.scopeMetrics.length === 0 && even !== 'empty') return undefined;
      const batch = extra
        ? { ...resourceMetrics, resource: resource.merge(resourceFromAttributes(extra)) }
        : resourceMetrics;
      return text(JsonMetricsSerializer.serializeRequest(batch));
    },
    serializeSpans: (spans) => text(JsonTraceSerializer.serializeRequest([...spans])),
    shutdown() {
      closed = true;
    },
  };
}

/** Collects when asked, never by itself; the SDK's base class would cost the script 0.6 KB for nothing more. */
function deltaReader(cardinalityLimit: number): IMetricReader {
  let producer: MetricProducer | undefined;
  return {
    setMetricProducer(given) {
      if (producer) throw new Error('playscope: a metric reader can be bound to one MeterProvider only.');
      producer = given;
    },
    selectAggregation: () => ({ type: AggregationType.DEFAULT }),
    selectAggregationTemporality: () => AggregationTemporality.DELTA,
    selectCardinalityLimit: () => cardinalityLimit,
    collect(options) {
      if (!producer) throw new Error('playscope: a metric reader needs a MeterProvider before it can collect.');
      return producer.collect(options);
    },
    async forceFlush() {},
    async shutdown() {},
  };
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
