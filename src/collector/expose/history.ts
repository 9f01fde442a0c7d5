import type { MetricName } from '../../core/signals.ts';
import type { Series, SeriesStore } from '../aggregate/series.ts';
import { increaseIn, stepOf } from '../aggregate/series.ts';

export type Selection = {
  readonly where?: Readonly<Record<string, string | undefined>>;
  readonly groupBy?: readonly string[];
};

/** Series of one metric that share the values of some labels, step by step. */
export type History = {
  readonly labels: Record<string, string>;
  readonly edges: readonly number[];
  /** First step in which any of them was there. */
  firstStep: number;
  readonly sums: Float64Array;
  /** Bucket counts, one row for each step. */
  readonly buckets: Float64Array;
};

export type Total = { sum: number; count: number; buckets: number[] };

/** The increases of a metric in the steps `from` to `to`, both included, summed by group. */
export function historyOf(
  store: SeriesStore,
  metric: MetricName,
  from: number,
  to: number,
  { where = {}, groupBy = [] }: Selection = {},
): History[] {
  const groups = new Map<string, History>();
  const length = to - from + 1;
  for (const series of store.of(metric)) {
    if (!matches(series, where)) continue;
    const labels = pick(series, groupBy);
    const key = JSON.stringify(labels);
    const width = series.buckets.length;
    const group = groups.get(key) ?? {
      ...{ labels, edges: series.edges, firstStep: Number.POSITIVE_INFINITY },
      sums: new Float64Array(length),
      buckets: new Float64Array(length * width),
    };
    groups.set(key, group);
    addTo(group, series, from, to);
  }
  return [...groups.values()];
}

/** What a group grew by between two offsets of its steps, both included. */
export function totalOf({ sums, buckets, edges }: History, from = 0, to: number = sums.length - 1): Total {
  const width = edges.length > 0 ? edges.length + 1 : 0;
  const total: Total = { sum: 0, count: 0, buckets: new Array<number>(width).fill(0) };
  for (let step = Math.max(0, from); step <= to; step += 1) {
    total.sum += sums[step] ?? 0;
    for (let i = 0; i < width; i += 1) {
      const more = buckets[step * width + i] ?? 0;
      total.count += more;
      total.buckets[i] = (total.buckets[i] ?? 0) + more;
    }
  }
  return total;
}

/**
 * Quantile `q` (0 to 1) of a histogram, linear within a bucket; what lies above the last edge counts as that edge. null when
 * the histogram is empty.
 */
export function quantile(q: number, edges: readonly number[], { buckets, count }: Total): number | null {
  if (count === 0) return null;
  const rank = q * count;
  let below = 0;
  for (const [i, inBucket] of buckets.entries()) {
    if (below + inBucket < rank || inBucket === 0) {
      below += inBucket;
      continue;
    }
    const upper = edges[i];
    if (upper === undefined) break;
    const lower = edges[i - 1] ?? Math.min(0, upper);
    return lower + ((upper - lower) * Math.max(0, rank - below)) / inBucket;
  }
  return edges.at(-1) ?? null;
}

function addTo(group: History, series: Series, from: number, to: number) {
  const width = series.buckets.length;
  for (let step = from; step <= to; step += 1) {
    const found = increaseIn(series, step);
    if (!found) continue;
    const { chunk, at } = found;
    const sum = chunk.sums[at] ?? 0;
    group.sums[step - from] = (group.sums[step - from] ?? 0) + sum;
    for (let i = 0; i < width; i += 1) {
      const offset = (step - from) * width + i;
      group.buckets[offset] = (group.buckets[offset] ?? 0) + (chunk.buckets[at * width + i] ?? 0);
    }
  }
  group.firstStep = Math.min(group.firstStep, stepOf(series.firstAt));
}

function matches({ labels }: Series, where: NonNullable<Selection['where']>): boolean {
  return Object.entries(where).every(([name, value]) => value === undefined || labels[name] === value);
}

function pick({ labels }: Series, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = labels[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
