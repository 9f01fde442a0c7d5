import type { MetricName } from '../../core/signals.ts';
import type { Labels } from './labels.ts';
import { edgesOf } from './plausible.ts';

/** One step of the recent history, and how many of them are kept: 60 minutes. */
export const stepMs = 5000;
export const keptSteps = 720;

const chunkSteps = 60;
const idleMs = 24 * 3_600_000;

/** Recent increases in runs of 60 steps, so that a series which is seldom fed costs little. */
type Chunk = { readonly sums: Float64Array; readonly buckets: Uint32Array };

export type Series = {
  readonly metric: MetricName;
  readonly labels: Labels;
  readonly edges: readonly number[];
  readonly firstAt: number;
  lastAt: number;
  /** Cumulative sum of a counter or histogram; the value of a gauge. */
  sum: number;
  count: number;
  readonly buckets: number[];
  readonly chunks: Map<number, Chunk>;
};

export type Increase = { readonly sum: number; readonly buckets?: readonly number[] };
export type SeriesStore = ReturnType<typeof seriesStore>;

/**
 * Cumulative series, and their increases in each step of the last hour. At most `limit` series: what comes beyond is counted
 * under one series of the metric with the label `otel.metric.overflow`.
 */
export function seriesStore(limit: number) {
  const byMetric = new Map<MetricName, Map<string, Series>>();
  let size = 0;
  let overflowed = 0;

  function find(metric: MetricName, key: string, labels: Labels, at: number): Series {
    const all = byMetric.get(metric) ?? new Map<string, Series>();
    byMetric.set(metric, all);
    const known = all.get(key);
    if (known) return known;
    if (size >= limit && key !== 'overflow') {
      overflowed += 1;
      return find(metric, 'overflow', { 'otel.metric.overflow': 'true' }, at);
    }
    const edges = edgesOf(metric);
    const buckets = edges.length > 0 ? new Array<number>(edges.length + 1).fill(0) : [];
    const fresh = { metric, labels, edges, firstAt: at, lastAt: at, sum: 0, count: 0, buckets, chunks: new Map() };
    all.set(key, fresh);
    size += 1;
    return fresh;
  }

  return {
    /** Adds an increase that grew evenly from one instant to another (receiver's Unix ms). Histograms land at the end. */
    add(metric: MetricName, key: string, labels: Labels, increase: Increase, from: number, to: number) {
      const series = find(metric, key, labels, to);
      series.lastAt = Math.max(series.lastAt, to);
      series.sum += increase.sum;
      if (increase.buckets) addBuckets(series, increase, stepOf(to));
      else spread(series, increase.sum, from, to);
    },
    set(metric: MetricName, key: string, labels: Labels, value: number, at: number) {
      const series = find(metric, key, labels, at);
      series.lastAt = at;
      series.sum = value;
    },
    of: (metric: MetricName): Iterable<Series> => byMetric.get(metric)?.values() ?? [],
    metrics: (): MetricName[] => [...byMetric.keys()].sort(),
    size: () => size,
    overflowed: () => overflowed,
    /** Forgets history older than an hour and series that were silent for a day. */
    forget(now: number) {
      const oldest = Math.floor((stepOf(now) - keptSteps) / chunkSteps);
      for (const all of byMetric.values()) {
        for (const [key, series] of all) {
          for (const chunk of series.chunks.keys()) if (chunk < oldest) series.chunks.delete(chunk);
          if (series.lastAt > now - idleMs) continue;
          all.delete(key);
          size -= 1;
        }
      }
    },
  };
}

/** Number of the step that an instant (Unix ms) belongs to. */
export function stepOf(at: number): number {
  return Math.floor(at / stepMs);
}

/** What a series grew by in one step; undefined when nothing was added in its surroundings. */
export function increaseIn(series: Series, step: number): { chunk: Chunk; at: number } | undefined {
  const chunk = series.chunks.get(Math.floor(step / chunkSteps));
  return chunk && { chunk, at: step % chunkSteps };
}

function chunkOf(series: Series, step: number): Chunk {
  const index = Math.floor(step / chunkSteps);
  const known = series.chunks.get(index);
  if (known) return known;
  const fresh = { sums: new Float64Array(chunkSteps), buckets: new Uint32Array(chunkSteps * series.buckets.length) };
  series.chunks.set(index, fresh);
  return fresh;
}

function addBuckets(series: Series, { sum, buckets = [] }: Increase, step: number) {
  const chunk = chunkOf(series, step);
  const at = step % chunkSteps;
  const width = series.buckets.length;
  chunk.sums[at] = (chunk.sums[at] ?? 0) + sum;
  for (let i = 0; i < width; i += 1) {
    const more = buckets[i] ?? 0;
    if (more === 0) continue;
    series.count += more;
    series.buckets[i] = (series.buckets[i] ?? 0) + more;
    chunk.buckets[at * width + i] = (chunk.buckets[at * width + i] ?? 0) + more;
  }
}

function spread(series: Series, sum: number, from: number, to: number) {
  const [first, last] = [stepOf(from), stepOf(to)];
  for (let step = first; step <= last; step += 1) {
    const covered = Math.min(to, (step + 1) * stepMs) - Math.max(from, step * stepMs);
    const share = to > from ? covered / (to - from) : 1;
    const chunk = chunkOf(series, step);
    chunk.sums[step % chunkSteps] = (chunk.sums[step % chunkSteps] ?? 0) + sum * share;
  }
}
