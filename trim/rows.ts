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

  // A provider-wide flush (there is nothing to flush), and how Node's console prints.
  { module: 'sdk-trace/TracerProvider', cut: { TracerProvider: ['forceFlush', '[inspectCustom]'] } },
  { module: 'sdk-trace/Tracer', cut: { Tracer: ['[inspectCustom]'] } },
  { module: 'sdk-trace/Span', cut: { SpanImpl: ['[inspectCustom]'] } },
];

const metrics: readonly Row[] = [
  // Gauges and observables cannot be summed over players, so no player has them.
  {
    module: 'sdk-metrics/Meter',
    cut: {
      Meter: [
        'createGauge',
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

  // Advice in warnings about instruments that clash.
  {
    module: 'sdk-metrics/view/RegistrationConflicts',
    instead: `export const getIncompatibilityDetails = () => '';
      export const getConflictResolutionRecipe = () => '';`,
  },

  // The base class of readers; the SDK only asks whether ours is one.
  { module: 'sdk-metrics/export/MetricReader' },
];

// The SDK measuring itself is off by default.
const selfObservation: readonly Row[] = [
  { module: 'sdk-trace/TracerMetrics', instead: 'export class TracerMetrics { startSpan() {} }' },
  { module: 'api/metrics/NoopMeter', instead: 'export const createNoopMeter = () => ({});' },
];

// Setting globals. Reading a context or span of the host page's OpenTelemetry stays.
const api: readonly Row[] = [
  {
    module: 'api/trace-api',
    instead: `import { deleteSpan, getActiveSpan, getSpan, getSpanContext, setSpan, setSpanContext } from './trace/context-utils';
      import { isSpanContextValid, wrapSpanContext } from './trace/spancontext-utils';
      export const trace = {
        deleteSpan, getActiveSpan, getSpan, getSpanContext, setSpan, setSpanContext, isSpanContextValid, wrapSpanContext,
      };`,
  },
  { module: 'api/api/context', cut: { ContextAPI: ['setGlobalContextManager', 'disable'] } },
];

export const rows: readonly Row[] = [...traces, ...metrics, ...selfObservation, ...api];

/**
 * Calls that only log through OpenTelemetry's own logger; the bundler drops them together with their texts. It goes by
 * the bare name in every module: nothing of ours may have one of these names.
 */
export const onlyLogs: readonly string[] = ['diag', 'api.diag', 'globalErrorHandler'];
