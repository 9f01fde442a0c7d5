import type { Metric, MetricName } from '../../core/signals.ts';
import { metrics, serverMetrics } from '../../core/signals.ts';
import type { HistogramPoint, MetricData, NumberPoint } from '../receive/read-metrics.ts';

/** Why a data point was left out. */
export type Reason =
  | 'unknown_metric'
  | 'wrong_kind'
  | 'wrong_temporality'
  | 'wrong_sender'
  | 'bad_value'
  | 'wrong_buckets'
  | 'too_much_presence';

// Larger than anything that one report can truly hold, and far from where sums lose their precision.
const mostInOnePoint = 1e13;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metrics, name);
}

/** Bucket edges of a histogram; empty for other kinds. */
export function edgesOf(name: MetricName): readonly number[] {
  const metric: Metric = metrics[name];
  return metric.kind === 'histogram' ? metric.edges : [];
}

/** Why no point of this metric can be taken from this sender; undefined when they can. */
export function wrongMetric(data: MetricData, fromPlayer: boolean): Reason | undefined {
  if (!isMetricName(data.name)) return 'unknown_metric';
  const { kind }: Metric = metrics[data.name];
  if (data.name === 'livestream.viewers.concurrent') return 'wrong_sender';
  if (fromPlayer && Object.hasOwn(serverMetrics, data.name)) return 'wrong_sender';
  if (data.kind === 'other' || data.kind !== kind || (data.kind === 'counter' && !data.monotonic)) return 'wrong_kind';
  if (data.kind === 'gauge') return undefined;
  // Sums since the start of each of a million players cannot be told from one another once their ids are gone.
  const wrong = data.temporality === 'unknown' || (fromPlayer && data.temporality !== 'delta');
  return wrong ? 'wrong_temporality' : undefined;
}

export function wrongNumber({ value }: NumberPoint): Reason | undefined {
  return value >= 0 && value <= mostInOnePoint ? undefined : 'bad_value';
}

/** Only histograms with the catalogue's edges can be added to each other. */
export function wrongHistogram(name: MetricName, point: HistogramPoint): Reason | undefined {
  const edges = edgesOf(name);
  const { buckets, count, sum } = point;
  if (point.edges.length !== edges.length || buckets.length !== edges.length + 1) return 'wrong_buckets';
  if (edges.some((edge, i) => point.edges[i] !== edge)) return 'wrong_buckets';
  if (!(sum >= 0 && sum <= mostInOnePoint) || !(count <= 1e9)) return 'bad_value';
  let total = 0;
  for (const bucket of buckets) {
    if (!Number.isInteger(bucket) || bucket < 0) return 'bad_value';
    total += bucket;
  }
  return total === count ? undefined : 'bad_value';
}
