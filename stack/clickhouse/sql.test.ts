import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as catalogue from '../../src/core/signals.ts';
import type { Question } from './answers.ts';
import { answerRows } from './answers.ts';
import type { Engine } from './engine.ts';
import { folder, hasEngine, sqlFiles, startEngine } from './engine.ts';
import { fillEvening, replay, thisEvening } from './evening.ts';
import { clockRows, lateCopyRows, retryRows } from './keeping.ts';
import { quantileRows } from './quantiles.ts';
import { viewRows } from './views.ts';

const from = thisEvening();
const texts = Object.entries({ ...sqlFiles('schema'), ...sqlFiles('queries') });

test.each(texts)('%s asks only for names that are on the wire', (_, sql) => {
  expect(unknown(sql)).toEqual([]);
});

test('a name that nobody sends is found', () => {
  expect(unknown("SELECT 1 WHERE MetricName = 'livestream.viewers' AND SpanAttributes['margin_s'] = ''")).toEqual([
    'livestream.viewers',
    'margin_s',
  ]);
});

test.each(['counters_by_minute', 'histograms_by_minute'])('%s keeps every attribute of metrics', (table) => {
  const [, columns = ''] = new RegExp(`TABLE IF NOT EXISTS ${table} \\(([^;]+?)\\n\\)\\nENGINE`).exec(schema()) ?? [];
  const [, key = ''] = new RegExp(`TABLE IF NOT EXISTS ${table} [^;]+ORDER BY \\(([^)]+)\\)`).exec(schema()) ?? [];
  for (const name of catalogue.metricAttributes) {
    const column = name.replaceAll('.', '_');
    expect(columns).toContain(`  ${column} LowCardinality(String),`);
    expect(key.split(/[\s,]+/)).toContain(column);
    expect(schema()).toContain(name === 'stream.id' ? 'StreamId AS stream_id,' : `Attributes['${name}'] AS ${column},`);
  }
});

test('Kubernetes gets the whole schema', () => {
  const kustomization = readFileSync(join(folder, 'kustomization.yaml'), 'utf8');
  const listed = [...kustomization.matchAll(/- schema\/(.+)\.sql$/gm)].map(([, name]) => name);
  expect(listed).toEqual(Object.keys(sqlFiles('schema')));
});

// `npm install --no-package-lock --prefix stack/clickhouse` brings it, where there is one for the system.
const engines = test.skipIf(!hasEngine());
let engine: Engine | undefined;
const data = mkdtempSync(join(tmpdir(), 'playscope-sql-'));
afterAll(() => {
  engine?.close();
  rmSync(data, { recursive: true, force: true });
});

engines(
  'on the real engine every query tells the truth of an evening, and every view what its SELECT does',
  async () => {
    engine = startEngine(data);
    const evening = await fillEvening(engine, 300, 2, from);
    const minute = 60_000;
    const question: Question = { ...evening, between: [from + 5 * minute, from + 40 * minute], at: from + 20 * minute };
    expect(failed(await answerRows(engine, question))).toEqual([]);
    expect(failed(await quantileRows(engine, question))).toEqual([]);
    expect(failed(await viewRows(engine))).toEqual([]);

    await replay(engine, evening);
    const exact = ['viewers-now', 'viewers-by-minute-exact', 'viewers-by-minute', 'sessions-of-a-day'];
    expect(failed(await answerRows(engine, question, exact))).toEqual([]);
    expect(failed(await retryRows(engine))).toEqual([]);
    expect(failed(await lateCopyRows(engine))).toEqual([]);
    expect(failed(await clockRows(engine))).toEqual([]);
  },
  20_000,
);

function failed(rows: Awaited<ReturnType<typeof viewRows>>) {
  return rows.filter(({ holds }) => !holds);
}

function schema(): string {
  return Object.values(sqlFiles('schema')).join('\n');
}

/** Quoted words of SQL with a dot or behind Attributes[, that neither the catalogue nor those who write spans have. */
function unknown(sql: string): string[] {
  const { metrics, metricAttributes, nextReport, spans, originSpans, publishSpans, serverSpans } = catalogue;
  const named = [...Object.keys(metrics), ...metricAttributes, nextReport, 'session.id', 'livestream.origin.'];
  const spanNames = [spans, originSpans, publishSpans, serverSpans].flatMap((all) => Object.values(all));
  const known = new Set<string>([...named, ...spanNames, ...written]);
  const code = sql.replace(/--.*$/gm, '');
  const dotted = [...code.matchAll(/'([a-z_]+(?:\.[a-z_]*)+)'/g)].map(([, name = '']) => name);
  const attributes = [...code.matchAll(/Attributes\['([^']+)'\]/g)].map(([, name = '']) => name);
  return [...new Set([...dotted, ...attributes])].filter((name) => !known.has(name));
}

/** Attributes of spans: keys of objects in the files that write them. */
const written = globSync(['src/telemetry/*.ts', 'src/server/**/*.ts'])
  .filter((path) => !path.includes('test'))
  .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/(?:'([a-z_.]+)'|^\s+([a-z_]+_s)):/gm)])
  .map(([, quoted, bare]) => quoted ?? bare ?? '');

test('attributes of spans are found where they are written', () => {
  expect(written).toContain('deadline_margin_s');
  expect(written).toContain('segment.publish_latency_ms');
});
