/**
 * What the script-tag build leaves out of OpenTelemetry, because src/telemetry/providers.ts never gets there. Each row
 * names one module, as package/path below its build folder. Every named text is pinned in pins.json.
 *
 * Add a row only where it saves more than 50 bytes gzip; drop one that becomes a nuisance, nothing depends on it.
 */
export type Row = {
  readonly module: string;
  /** Methods to take out of a class; what only they used then falls to tree-shaking. */
  readonly cut?: Readonly<Record<string, readonly string[]>>;
  /** Text in place of the module. Exports that it does not give become empty classes, so that an unforeseen use throws. */
  readonly instead?: string;
};

const traces: readonly Row[] = [
  // Registering is what needs propagators, baggage and a context manager. Worth 3 KB by itself.
  { module: 'sdk-trace-web/WebTracerProvider', cut: { WebTracerProvider: ['register'] } },

  // Defaults out of environment variables, which a page does not have; TracerProvider carries the same defaults.
  { module: 'sdk-trace-base/config', instead: 'export const loadDefaultConfig = () => ({});' },
  { module: 'sdk-trace-base/utility', instead: 'export const reconfigureLimits = (options) => options;' },
  { module: 'core/utils/merge', instead: 'export const merge = Object.assign;' },

  // The default sampler: providers.ts brings its own.
  { module: 'sdk-trace/sampler/ParentBasedSampler' },

  // The default ids: providers.ts brings its own.
  { module: 'sdk-trace/platform/browser/RandomIdGenerator' },

  // A resource to compare and merge: otlp.ts writes its own.
  { module: 'resources/ResourceImpl', instead: 'export const defaultResource = () => {};' },

  // There is one span processor, and nothing to flush or to shut down.
  {
    module: 'sdk-trace/MultiSpanProcessor',
    instead: 'export class MultiSpanProcessor { constructor([only]) { return only; } }',
  },
  { module: 'sdk-trace/TracerProvider', cut: { TracerProvider: ['forceFlush', 'shutdown', '[inspectCustom]'] } },

  // What no recorder calls, and how Node's console prints.
  { module: 'sdk-trace/Tracer', cut: { Tracer: ['startActiveSpan', '[inspectCustom]'] } },
  {
    module: 'sdk-trace/Span',
    cut: {
      SpanImpl: [
        'addLinks',
        'updateName',
        'isRecording',
        'recordException',
        'duration',
        'ended',
        'droppedAttributesCount',
        'droppedEventsCount',
        'droppedLinksCount',
        '[inspectCustom]',
      ],
    },
  },

  // A context says so for instrumentations of requests; ours never do.
  { module: 'core/trace/suppress-tracing', instead: 'export const isTracingSuppressed = () => false;' },
];

const metrics: readonly Row[] = [
  // Gauges and observables cannot be summed over players, so no player has them; nor what goes up and down.
  {
    module: 'sdk-metrics/Meter',
    cut: {
      Meter: [
        'createGauge',
        'createUpDownCounter',
        'createObservableGauge',
        'createObservableCounter',
        'createObservableUpDownCounter',
        'addBatchObservableCallback',
        'removeBatchObservableCallback',
      ],
    },
  },
  { module: 'sdk-metrics/state/MeterSharedState', cut: { MeterSharedState: ['registerAsyncMetricStorage'] } },
  { module: 'sdk-metrics/state/DeltaMetricProcessor', cut: { DeltaMetricProcessor: ['batchCumulate'] } },
  {
    module: 'sdk-metrics/state/ObservableRegistry',
    instead: 'export class ObservableRegistry { async observe() { return []; } }',
  },
  { module: 'sdk-metrics/aggregator/LastValue' },

  // Buckets are always explicit; there are no views and one reader.
  { module: 'sdk-metrics/aggregator/ExponentialHistogram' },
  { module: 'sdk-metrics/state/MultiWritableMetricStorage' },
  { module: 'sdk-metrics/view/View' },
  { module: 'sdk-metrics/view/ViewRegistry', instead: 'export class ViewRegistry { findViews() { return []; } }' },
  {
    module: 'sdk-metrics/view/AggregationOption',
    instead: `import { DEFAULT_AGGREGATION } from './Aggregation';
      export const AggregationType = { DEFAULT: 0 };
      export const toAggregation = () => DEFAULT_AGGREGATION;`,
  },

  {
    module: 'sdk-metrics/view/Aggregation',
    instead: `import { HistogramAggregator, SumAggregator } from '../aggregator';
      import { InstrumentType } from '../export/MetricData';
      export const DEFAULT_AGGREGATION = {
        createAggregator: ({ type, advice }) =>
          type === InstrumentType.HISTOGRAM
            ? new HistogramAggregator(advice.explicitBucketBoundaries, true)
            : new SumAggregator(true),
      };`,
  },

  // One reader of deltas takes all there is, each time: nothing is ever added to what was left, or compared with it. A series
  // that goes on begins where its last report ended.
  {
    module: 'sdk-metrics/state/TemporalMetricProcessor',
    instead: `import { AggregationTemporality } from '../export/AggregationTemporality';
      export class TemporalMetricProcessor {
        constructor(aggregator) { this.aggregator = aggregator; }
        buildMetrics(_, descriptor, current, at) {
          for (const [key, hash] of this.last?.keys() ?? []) current.get(key, hash)?.setStartTime(this.lastAt);
          this.last = current;
          this.lastAt = at;
          const series = [...current.entries()];
          return series[0] && this.aggregator.toMetricData(descriptor, AggregationTemporality.DELTA, series, at);
        }
      }`,
  },
  { module: 'sdk-metrics/aggregator/Sum', cut: { SumAggregator: ['merge', 'diff'] } },
  { module: 'sdk-metrics/aggregator/Histogram', cut: { HistogramAggregator: ['merge', 'diff'] } },

  // Each instrument is made once, so that none can clash with another.
  {
    module: 'sdk-metrics/state/MetricStorageRegistry',
    instead: `export class MetricStorageRegistry {
        storages = [];
        getStorages() { return this.storages; }
        findOrUpdateCompatibleCollectorStorage() {}
        registerForCollector(_, storage) { this.storages.push(storage); }
      }`,
  },
  {
    module: 'sdk-metrics/state/MetricStorage',
    cut: { MetricStorage: ['getInstrumentDescriptor', 'updateDescription'] },
  },

  // Whoever owns the meter ends it, and there is nothing to flush.
  { module: 'sdk-metrics/MeterProvider', cut: { MeterProvider: ['shutdown', 'forceFlush'] } },
  { module: 'sdk-metrics/state/MetricCollector', cut: { MetricCollector: ['shutdown', 'forceFlush'] } },

  // The base class of readers; the SDK only asks whether ours is one.
  { module: 'sdk-metrics/export/MetricReader' },
];

// The SDK measuring itself is off by default.
const selfObservation: readonly Row[] = [
  { module: 'sdk-trace/TracerMetrics', instead: 'export class TracerMetrics { startSpan() {} }' },
  { module: 'api/metrics/NoopMeter', instead: 'export const createNoopMeter = () => ({});' },
];

// Globals. Every span names its parent, a span of ours, or that it has none, so that nobody asks what is active. The keys of
// a context stay the ones that all copies of the api share: a page's own provider finds the parent in it.
const api: readonly Row[] = [
  {
    module: 'api/trace-api',
    instead: `import { getSpan, setSpan } from './trace/context-utils';
      export const trace = { getSpan, setSpan, isSpanContextValid: () => true };`,
  },
  {
    module: 'api/context-api',
    instead: `import { ROOT_CONTEXT } from './context/context';
      export const context = { active: () => ROOT_CONTEXT };`,
  },
];

export const rows: readonly Row[] = [...traces, ...metrics, ...selfObservation, ...api];

/**
 * Calls that only log through OpenTelemetry's own logger; the bundler drops them together with their texts. It goes by
 * the bare name in every module: nothing of ours may have one of these names.
 */
export const onlyLogs: readonly string[] = ['diag', 'api.diag', 'globalErrorHandler'];
