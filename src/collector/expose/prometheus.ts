import { meanings } from '../../core/meanings.ts';
import type { MetricName } from '../../core/signals.ts';
import { metrics } from '../../core/signals.ts';
import type { Labels } from '../aggregate/labels.ts';
import type { Series, SeriesStore } from '../aggregate/series.ts';
import type { Viewers } from '../viewers/viewers.ts';

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/** A figure of the collector itself. */
export type OwnMetric = {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  readonly values: readonly { readonly labels: Labels; readonly value: number }[];
};

const words: Readonly<Record<string, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  By: 'bytes',
  '%': 'percent',
  1: '',
};
const viewersMetric = 'livestream.viewers.concurrent';
// A gauge that nobody reports any more is not the present value of anything.
const gaugeMs = 5 * 60_000;

/** The whole of `GET /metrics`. */
export function prometheusText(series: SeriesStore, viewers: Viewers, own: readonly OwnMetric[], now: number): string {
  const out: string[] = [];
  for (const metric of series.metrics()) {
    const all = [...series.of(metric)].filter(
      ({ lastAt }) => metrics[metric].kind !== 'gauge' || lastAt > now - gaugeMs,
    );
    if (all.length > 0) family(out, metric, all);
  }
  viewerFamily(out, viewers, now);
  for (const { name, kind, help, values } of own) {
    head(out, name, kind, help);
    for (const { labels, value } of values) out.push(`${name}${braces(labels)} ${value}`);
  }
  return `${out.join('\n')}\n`;
}

/**
 * The name that the OTLP to Prometheus translation gives a metric: dots become underscores, the unit follows as a word unless
 * the name has it already, units in braces are dropped, counters end in `_total`, gauges of unit 1 in `_ratio`.
 */
export function prometheusName(metric: MetricName): string {
  const { kind, unit } = metrics[metric] as { kind: string; unit: string };
  const tokens = metric.split(/[^a-zA-Z0-9:]+/);
  const word = unit.startsWith('{') ? '' : (words[unit] ?? unit.replace(/[^a-zA-Z0-9]/g, ''));
  if (word !== '' && !tokens.includes(word)) tokens.push(word);
  const ending = kind === 'counter' ? 'total' : kind === 'gauge' && unit === '1' ? 'ratio' : undefined;
  return ending ? [...tokens.filter((token) => token !== ending), ending].join('_') : tokens.join('_');
}

function family(out: string[], metric: MetricName, all: readonly Series[]) {
  const { kind } = metrics[metric];
  const name = prometheusName(metric);
  head(out, name, kind, meanings[metric]);
  for (const { labels, sum, count, edges, buckets } of all) {
    if (kind !== 'histogram') {
      out.push(`${name}${braces(labels)} ${sum}`);
      continue;
    }
    let below = 0;
    for (const [i, inBucket] of buckets.entries()) {
      below += inBucket;
      out.push(`${name}_bucket${braces({ ...labels, le: String(edges[i] ?? '+Inf') })} ${below}`);
    }
    out.push(`${name}_sum${braces(labels)} ${sum}`, `${name}_count${braces(labels)} ${count}`);
  }
}

function viewerFamily(out: string[], viewers: Viewers, now: number) {
  const counts = viewers.count(now);
  if (counts.length === 0) return;
  const name = prometheusName(viewersMetric);
  head(out, name, 'gauge', meanings[viewersMetric]);
  for (const { group, viewers: value } of counts) {
    const { streamId, protocol, region, viewerKind } = group;
    const labels = { 'stream.id': streamId, protocol, ...(region !== null && { region }), 'viewer.kind': viewerKind };
    out.push(`${name}${braces(labels)} ${value}`);
  }
}

function head(out: string[], name: string, kind: string, help: string) {
  out.push(`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${kind}`);
}

function braces(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name.replace(/[^a-zA-Z0-9_]/g, '_')}="${escaped(value)}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
