/**
 * The OpenTelemetry SDK behind one function. No other browser file knows it, so a move to its next major is this file.
 * The script-tag build leaves out what is not used here (see trim/rows.ts): use something new, and that table must know.
 */
import type { Attributes, Meter, Tracer } from '@opentelemetry/api';
import type { IMetricReader, MetricProducer } from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';
import type { IdGenerator, ReadableSpan } from '@opentelemetry/sdk-trace-web';
import { SamplingDecision, WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { metricsRequest, spansRequest } from './otlp.ts';

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
  /** Whether a metric is collected every time; default: all are. */
  readonly isPrompt?: (metric: string) => boolean;
  /** Series per instrument and interval, the overflow series included; default 200. */
  readonly cardinalityLimit?: number;
};

export type Providers = {
  readonly tracer: Tracer;
  readonly meter: Pick<Meter, 'createCounter' | 'createHistogram'>;
  /**
   * OTLP/JSON of the metrics since each was last collected (delta), undefined when nothing was recorded, unless `even` then:
   * the resource alone may be news. `resource` is added to this one batch. Where it is not `whole`, what is not prompt waits.
   * Waits for microtasks only, so it completes while the page is being left.
   */
  collect(resource?: Attributes, even?: 'empty', whole?: boolean): Promise<string | undefined>;
  /** OTLP/JSON of ended spans. */
  serializeSpans(spans: readonly ReadableSpan[]): string;
  /** Afterwards spans go nowhere and `collect` gives undefined. Does not collect. */
  shutdown(): void;
};

// Error messages and URLs come in any length; a span has to fit into a request of 60 KiB together with others.
const attributeValueLengthLimit = 512;

/** A tracer and a meter that are registered nowhere: a page's own OpenTelemetry does not see them. */
export function providers(options: ProvidersOptions): Providers {
  const { scope, shouldSample, onSpanEnd, isPrompt = () => true, cardinalityLimit = 200 } = options;
  let closed = false;

  const tracerProvider = new WebTracerProvider({
    sampler: {
      shouldSample: () => ({
        decision: shouldSample() === 'keep' ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD,
      }),
      toString: () => scope.name,
    },
    idGenerator: ids(),
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
  // A meter for each pace: a delta begins where its last collection ended.
  const [prompt, patient] = [0, 1].map(() => {
    const reader = deltaReader(cardinalityLimit);
    const meter = new MeterProvider({ readers: [reader] }).getMeter(scope.name, scope.version);
    return { meter, reader };
  }) as [Paced, Paced];
  const paced = (metric: string) => (isPrompt(metric) ? prompt : patient).meter;

  return {
    tracer: tracerProvider.getTracer(scope.name, scope.version),
    meter: {
      createCounter: (name, how) => paced(name).createCounter(name, how),
      createHistogram: (name, how) => paced(name).createHistogram(name, how),
    },
    async collect(extra = {}, even, whole = true) {
      if (closed) return undefined;
      const collected = await Promise.all((whole ? [prompt, patient] : [prompt]).map(({ reader }) => reader.collect()));
      const metrics = collected.flatMap(({ resourceMetrics: { scopeMetrics } }) => scopeMetrics[0]?.metrics ?? []);
      if (metrics.length === 0 && even !== 'empty') return undefined;
      return metricsRequest({ ...options.resource, ...extra }, scope, metrics);
    },
    serializeSpans: (spans) => spansRequest(options.resource, scope, spans),
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

type Paced = { readonly meter: Meter; readonly reader: IMetricReader };

/**
 * A trace's id is the page's half and the id of its root: as unique and as random where samplers look, at the right, and half of
 * what no compression makes smaller.
 */
function ids(): IdGenerator {
  const half = randomHalf();
  let latest = '';
  return {
    generateSpanId() {
      latest = randomHalf();
      return latest;
    },
    // Asked after the id of the root.
    generateTraceId: () => half + latest,
  };
}

function randomHalf(): string {
  const word = () =>
    Math.trunc(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return word() + word();
}
