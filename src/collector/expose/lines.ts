import type { MetricName } from '../../core/signals.ts';
import { metrics } from '../../core/signals.ts';
import type { SeriesStore } from '../aggregate/series.ts';
import { stepMs } from '../aggregate/series.ts';
import type { History } from './history.ts';
import { historyOf, quantile, totalOf } from './history.ts';

/** A line of a panel: one value for each step, null where nothing was reported. */
export type Line = { label: string; attributes: Record<string, string>; values: (number | null)[] };

/** Which steps, both included, of which stream; all streams when undefined. */
export type Range = { readonly from: number; readonly to: number; readonly stream: string | undefined };

/** How lines are made: by which labels, and how many steps each value looks back over. */
export type Shape = { readonly groupBy: readonly string[]; readonly steps: number };

// What one value is made of: the metrics that were asked for, and the offsets to look at.
type Cell = (histories: readonly (History | undefined)[], from: number, to: number) => number | null;
type Source = Range & { readonly series: SeriesStore };

/** p50 and p95 of a histogram, in seconds if it is a duration. */
export function quantileLines(source: Source, metric: MetricName, shape: Shape): Line[] {
  return [0.5, 0.95].flatMap((q) =>
    linesOf(source, [metric], shape, ([history], from, to) => {
      const value = history ? quantile(q, history.edges, totalOf(history, from, to)) : null;
      return value === null ? null : value * toSeconds(metric);
    }).map((line) => ({ ...line, label: `${line.label === 'all' ? '' : `${line.label} `}p${q * 100}` })),
  );
}

/** Mean of a histogram, in its own unit. */
export function meanLines(source: Source, metric: MetricName, shape: Shape): Line[] {
  return linesOf(source, [metric], shape, ([history], from, to) => {
    const { sum, count } = history ? totalOf(history, from, to) : { sum: 0, count: 0 };
    return count > 0 ? sum / count : null;
  });
}

/** Increase per second of some counters together; 0 once they were there, null before. */
export function rateLines(source: Source, names: readonly MetricName[], shape: Shape): Line[] {
  return linesOf(source, names, shape, (histories, from, to) => {
    const firstStep = Math.min(...histories.map((history) => history?.firstStep ?? Number.POSITIVE_INFINITY));
    if (source.from - shape.steps + to < firstStep) return null;
    const sum = histories.reduce((total, history) => total + (history ? totalOf(history, from, to).sum : 0), 0);
    return (sum * 1000) / (shape.steps * stepMs);
  });
}

/** The first counter divided by the sum of all; null where none of them grew. */
export function ratioLines(source: Source, names: readonly MetricName[], shape: Shape): Line[] {
  return linesOf(source, names, shape, (histories, from, to) => {
    const sums = histories.map((history) => (history ? totalOf(history, from, to).sum : 0));
    const all = sums.reduce((total, sum) => total + sum, 0);
    return all > 0 ? (sums[0] ?? 0) / all : null;
  });
}

/** Factor from the unit of a metric to seconds; 1 for metrics that are no durations. */
export function toSeconds(metric: MetricName): number {
  return metrics[metric].unit === 'ms' ? 0.001 : 1;
}

function linesOf(source: Source, names: readonly MetricName[], { groupBy, steps }: Shape, cell: Cell): Line[] {
  const { series, from, to, stream } = source;
  const groups = new Map<string, { attributes: Record<string, string>; histories: (History | undefined)[] }>();
  for (const [i, name] of names.entries()) {
    for (const history of historyOf(series, name, from - steps, to, { where: { 'stream.id': stream }, groupBy })) {
      const attributes = history.labels;
      const key = JSON.stringify(attributes);
      const group = groups.get(key) ?? { attributes, histories: names.map(() => undefined) };
      group.histories[i] = history;
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ attributes, histories }) => ({
    label: Object.values(attributes).join(' ') || 'all',
    attributes,
    values: Array.from({ length: to - from + 1 }, (_, i) => cell(histories, i + 1, i + steps)),
  }));
}
