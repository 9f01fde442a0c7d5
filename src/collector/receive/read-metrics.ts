import type { Attributes } from './loose.ts';
import { attributes, field, instant, list, number, text } from './loose.ts';

type Point = {
  readonly attributes: Attributes;
  /** Unix ms of the sender; NaN when absent. */
  readonly start: number;
  /** Unix ms of the sender; NaN when absent. */
  readonly time: number;
};
export type NumberPoint = Point & { readonly value: number };
export type HistogramPoint = Point & {
  readonly count: number;
  readonly sum: number;
  readonly edges: readonly number[];
  readonly buckets: readonly number[];
};
export type MetricData = { readonly name: string } & (
  | {
      readonly kind: 'counter';
      readonly temporality: Temporality;
      readonly monotonic: boolean;
      readonly points: readonly NumberPoint[];
    }
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  | { readonly kind: 'histogram'; readonly temporality: Temporality; readonly points: readonly HistogramPoint[] }
  | { readonly kind: 'other'; readonly points: readonly unknown[] }
);
export type Temporality = 'delta' | 'cumulative' | 'unknown';
export type MetricBatch = { readonly resource: Attributes; readonly metrics: readonly MetricData[] };

/** The metrics of an export request, one batch for each resource. Not checked against the catalogue. */
export function readMetrics(request: unknown): MetricBatch[] {
  return list(field(request, 'resourceMetrics')).map((block) => ({
    resource: attributes(field(field(block, 'resource'), 'attributes')),
    metrics: list(field(block, 'scopeMetrics')).flatMap((scope) => list(field(scope, 'metrics')).map(metricOf)),
  }));
}

function metricOf(metric: unknown): MetricData {
  const name = text(field(metric, 'name'), 256);
  const sum = field(metric, 'sum');
  if (sum) {
    const points = list(field(sum, 'dataPoints')).map(numberPoint);
    return { name, kind: 'counter', temporality: temporality(sum), monotonic: !!field(sum, 'isMonotonic'), points };
  }
  const histogram = field(metric, 'histogram');
  if (histogram) {
    const points = list(field(histogram, 'dataPoints')).map(histogramPoint);
    return { name, kind: 'histogram', temporality: temporality(histogram), points };
  }
  const gauge = field(metric, 'gauge');
  if (gauge) return { name, kind: 'gauge', points: list(field(gauge, 'dataPoints')).map(numberPoint) };
  const other = field(metric, 'exponentialHistogram') ?? field(metric, 'summary');
  return { name, kind: 'other', points: list(field(other, 'dataPoints')) };
}

function temporality(data: unknown): Temporality {
  const value = field(data, 'aggregationTemporality');
  if (value === 1 || value === 'AGGREGATION_TEMPORALITY_DELTA') return 'delta';
  return value === 2 || value === 'AGGREGATION_TEMPORALITY_CUMULATIVE' ? 'cumulative' : 'unknown';
}

function point(data: unknown): Point {
  return {
    attributes: attributes(field(data, 'attributes')),
    start: instant(field(data, 'startTimeUnixNano')),
    time: instant(field(data, 'timeUnixNano')),
  };
}

function numberPoint(data: unknown): NumberPoint {
  return { ...point(data), value: number(field(data, 'asDouble') ?? field(data, 'asInt')) };
}

function histogramPoint(data: unknown): HistogramPoint {
  return {
    ...point(data),
    // proto3 leaves zeros out.
    count: number(field(data, 'count') ?? 0),
    sum: number(field(data, 'sum') ?? 0),
    edges: list(field(data, 'explicitBounds')).map(number),
    buckets: list(field(data, 'bucketCounts')).map(number),
  };
}
