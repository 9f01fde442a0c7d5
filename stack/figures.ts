/** Holds what the store tells to what players and servers have measured. */
import { prometheusName } from '../src/collector/expose/prometheus.ts';
import type { Metric, MetricName } from '../src/core/signals.ts';
import { metrics } from '../src/core/signals.ts';
import type { Crowd } from './crowd.ts';
import type { Query } from './query.ts';
import { only } from './query.ts';
import type { Row } from './table.ts';
import { fact, near } from './table.ts';
import { until } from './until.ts';

const kinds = [
  ['stream_id', 'streamId'],
  ['protocol', 'protocol'],
  ['region', 'region'],
] as const;

/** Concurrent viewers, as the recording rule has had them in the last minute: on a busy machine reports come in bursts. */
export async function viewerRows({ present }: Pick<Crowd, 'present'>, query: Query): Promise<Row[]> {
  const recorded = `avg_over_time(${prometheusName('livestream.viewers.concurrent')}[1m])`;
  const rows = [near('viewers', present.length, only(await query(`sum(${recorded})`)), 0.03)];
  for (const [label, key] of kinds) {
    const found = await query(`sum by (${label}) (${recorded})`);
    const values = [...new Set(present.map((place) => place[key]))].sort();
    for (const value of values) {
      const sent = present.filter((place) => place[key] === value).length;
      const [sample] = found.filter(({ labels }) => labels[label] === value);
      rows.push(near(`viewers, ${label} ${value}`, sent, sample?.value ?? 0, 0.03));
    }
    if (found.length !== values.length)
      rows.push(fact(`values of ${label}`, String(values.length), String(found.length)));
  }
  return rows;
}

/**
 * Every counter, and the 95th percentile of every histogram.
 *
 * @param allowed by which share counters may be off.
 */
export async function totalRows({ totals, values, present }: Crowd, query: Query, allowed: number): Promise<Row[]> {
  const rows: Row[] = [];
  const streams = [...new Set(present.map(({ streamId }) => streamId))].join('|');
  for (const [metric, sent] of totals) rows.push(near(metric, sent, await total(metric, query, streams), allowed));
  for (const [metric, all] of values) rows.push(await percentileRow(metric, all, query, streams));
  return rows;
}

/** What all senders of a counter have counted, also where the store was started anew in between. */
export async function total(metric: MetricName, query: Query, streams = '.*'): Promise<number> {
  return only(await query(`sum(increase_pure(${prometheusName(metric)}{stream_id=~"${streams}"}[1h]))`));
}

/** Waits until nothing more of what was sent is on its way, of all streams or of these. */
export async function settled(query: Query, streams: readonly string[] = ['.*']): Promise<void> {
  let before = -1;
  let sameFor = 0;
  await until('the totals stand still', 90_000, async () => {
    const now = await total('livestream.viewer.presence', query, streams.join('|'));
    // The store adds series up in any order.
    sameFor = Math.abs(now - before) < 1e-9 * now ? sameFor + 1 : 0;
    before = now;
    // A quarter of a second each: more than two flushes of the aggregation.
    return now > 0 && sameFor >= 100;
  });
}

async function percentileRow(metric: MetricName, all: readonly number[], query: Query, streams: string): Promise<Row> {
  const { edges } = metrics[metric] as Extract<Metric, { kind: 'histogram' }>;
  const sorted = [...all].sort((a, b) => a - b);
  const sent = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
  const buckets = `increase_pure(${prometheusName(metric)}_bucket{stream_id=~"${streams}"}[1h])`;
  const found = only(await query(`histogram_quantile(0.95, sum by (le) (${buckets}))`));
  const bucket = (value: number) => edges.filter((edge) => edge < value).length;
  const holds = Math.abs(bucket(found) - bucket(sent)) <= 1;
  return { what: `${metric} p95`, sent: sent.toFixed(3), found: found.toFixed(3), allowed: 'one bucket', holds };
}
