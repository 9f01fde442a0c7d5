import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prometheusName } from '../../src/collector/expose/prometheus.ts';
import { alerts } from '../../src/core/alerts.ts';
import type { MetricName } from '../../src/core/signals.ts';
import { metricAttributes, metrics, playerMetrics } from '../../src/core/signals.ts';
import { sessions, streamSessions } from './catalogue.ts';
import { files } from './files.ts';

const deploy = 'deploy/one-machine';
const words = 'sum min by rate histogram_quantile max_over_time label_replace or unless label_values'.split(' ');
const labels = [...metricAttributes, 'service.name', 'le'].map((name) => name.replaceAll('.', '_'));
const names = (Object.keys(metrics) as MetricName[]).flatMap((metric) => {
  const name = prometheusName(metric);
  return metrics[metric].kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
});

test.each(Object.keys(files))('%s is not stale: npm run docs makes it anew', (path) => {
  expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(files[path]);
});

test('each alert of the table has a rule', () => {
  const rules = readFileSync(join(deploy, 'rules/alerts.yaml'), 'utf8');
  expect([...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name)).toEqual(alerts.map(({ name }) => name));
});

test('of each counter of players the Collector knows how much a report can tell at most', () => {
  const limits = readFileSync(join(deploy, 'collector/catalogue.yaml'), 'utf8').match(
    /^ +- datapoint\.value_double > .+$/gm,
  );
  for (const [name, { kind }] of Object.entries(playerMetrics)) {
    const known = limits?.filter((line) => line.includes(name.replaceAll('.', '[.]')));
    expect(known, name).toHaveLength(kind === 'counter' ? 1 : 0);
  }
});

test.each(queries())('%s asks only for what the catalogue has: %s', (_, expr) => {
  expect(unknown(expr)).toEqual([]);
});

test('a name that the catalogue does not have is found', () => {
  expect(unknown('sum by (stream) (rate(livestream_viewers_total{region="eu"}[1m]))')).toEqual([
    'stream',
    'livestream_viewers_total',
  ]);
});

/** The queries of all rules and all panels, as they stand in the files. */
function queries(): [file: string, expr: string][] {
  const texts = readdirSync(deploy, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(rules|grafana.dashboards)\b.*\.(yaml|json)$/.test(path) && !path.endsWith('.test.yaml'))
    .map((path): [string, string] => [path, readFileSync(join(deploy, path), 'utf8')]);
  return texts.flatMap(([path, text]) =>
    (path.endsWith('.json')
      ? jsonQueries(text)
      : [...text.matchAll(/^ +expr: (.+)$/gm)].map(([, expr = '']) => expr)
    ).map((expr): [string, string] => [path, expr]),
  );
}

function jsonQueries(text: string): string[] {
  const { panels, templating } = JSON.parse(text);
  const targets = panels.flatMap((panel: { targets: { expr?: string }[] }) => panel.targets);
  return [
    ...targets.map(({ expr }: { expr?: string }) => expr),
    ...templating.list.map(({ query }: { query: string }) => query),
  ].filter(Boolean);
}

/** The identifiers of a query that are neither of the catalogue, nor recorded by a rule, nor PromQL's own. */
function unknown(expr: string): string[] {
  const recorded = [...readFileSync(join(deploy, 'rules/viewers.yaml'), 'utf8').matchAll(/- record: (\S+)/g)].map(
    ([, name]) => name,
  );
  const known = new Set([...words, ...labels, ...names, ...recorded, sessions, streamSessions]);
  const bare = expr.replace(/"[^"]*"|\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(/[a-zA-Z_][\w:]*/g)].map(([word]) => word).filter((word) => !known.has(word));
}
