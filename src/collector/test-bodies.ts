// OTLP bodies for tests: by hand where the test is about times and values, by the stock serializers in the tests of encodings.
import { metrics as catalogue, nextReport } from '../core/signals.ts';
import { edgesOf, isMetricName } from './aggregate/plausible.ts';

type Labels = Record<string, string | number | boolean>;
export type Report = {
  readonly session?: string;
  /** Unix ms on the sender's clock. */
  readonly time: number;
  /** Seconds that the report covers, default 10. */
  readonly seconds?: number;
  readonly next?: number;
  readonly labels?: Labels;
  readonly resource?: Labels;
  readonly cumulativeSince?: number;
  readonly counters?: Record<string, number | readonly { readonly value: number; readonly labels: Labels }[]>;
  /** Observed values of histograms. */
  readonly histograms?: Record<string, readonly number[]>;
};

export const watched = (seconds: number, state = 'playing', labels: Labels = {}) => ({
  'livestream.viewer.presence': [{ value: seconds, labels: { 'viewer.state': state, ...labels } }],
});

/** An ExportMetricsServiceRequest of one resource. */
export function metricsBody({
  session,
  time,
  seconds = 10,
  next,
  labels = { 'stream.id': 'demo', protocol: 'hls', 'viewer.kind': 'real' },
  resource = {},
  cumulativeSince,
  counters = {},
  histograms = {},
}: Report) {
  const common = {
    startTimeUnixNano: nanos(cumulativeSince ?? time - seconds * 1000),
    timeUnixNano: nanos(time),
  };
  const aggregationTemporality = cumulativeSince === undefined ? 1 : 2;
  const metrics = [
    ...Object.entries(counters).map(([name, given]) => ({
      ...{ name, unit: unitOf(name) },
      sum: {
        ...{ aggregationTemporality, isMonotonic: true },
        dataPoints: (typeof given === 'number' ? [{ value: given, labels: {} }] : given).map((point) => ({
          ...{ ...common, asDouble: point.value },
          attributes: keyValues({ ...labels, ...point.labels }),
        })),
      },
    })),
    ...Object.entries(histograms).map(([name, values]) => ({
      ...{ name, unit: unitOf(name) },
      histogram: {
        aggregationTemporality,
        dataPoints: [{ ...common, attributes: keyValues(labels), ...histogram(name, values) }],
      },
    })),
  ];
  const attributes = keyValues({
    ...{ 'service.name': 'web-player', ...resource },
    ...(session !== undefined && { 'session.id': session }),
    ...(next !== undefined && { [nextReport]: next }),
  });
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] };
}

/** An ExportTraceServiceRequest of one resource. */
export function tracesBody(service: string, spans: readonly object[]) {
  const resource = { attributes: keyValues({ 'service.name': service }) };
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
}

export function span(traceId: number, spanId: number, more: Record<string, unknown> = {}) {
  return {
    ...{ traceId: id(traceId, 16), spanId: id(spanId, 8), name: 'livestream.player.stall', kind: 1 },
    ...{ startTimeUnixNano: nanos(1_700_000_000_000), endTimeUnixNano: nanos(1_700_000_003_200) },
    ...more,
  };
}

export function id(number: number, bytes: number): string {
  return number.toString(16).padStart(bytes * 2, '0');
}

export function keyValues(labels: Labels) {
  return Object.entries(labels).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : { doubleValue: value },
  }));
}

function nanos(ms: number): string {
  return `${Math.trunc(ms)}000000`;
}

function unitOf(name: string): string | undefined {
  return isMetricName(name) ? catalogue[name].unit : undefined;
}

function histogram(name: string, values: readonly number[]) {
  const explicitBounds = isMetricName(name) ? edgesOf(name) : [];
  const bucketCounts = new Array<number>(explicitBounds.length + 1).fill(0);
  for (const value of values) {
    const at = explicitBounds.findIndex((edge) => value <= edge);
    const bucket = at < 0 ? explicitBounds.length : at;
    bucketCounts[bucket] = (bucketCounts[bucket] ?? 0) + 1;
  }
  const sum = values.reduce((total, value) => total + value, 0);
  return { count: String(values.length), sum, explicitBounds, bucketCounts: bucketCounts.map(String) };
}
