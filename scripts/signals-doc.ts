// docs/signals.md, generated from the catalogue in src/core; run by `npm run docs`. A test fails when it is stale.
import { writeFileSync } from 'node:fs';
import { alerts } from '../src/core/alerts.ts';
import { meanings } from '../src/core/meanings.ts';
import type { Metric, MetricName } from '../src/core/signals.ts';
import {
  metricAttributes,
  originSpans,
  playerMetrics,
  publishSpans,
  serverMetrics,
  serverSpans,
  spans,
} from '../src/core/signals.ts';

export const target = 'docs/signals.md';

/** The whole page. */
export function signalsPage(): string {
  return `# Signals

Generated from \`src/core/signals.ts\` by \`npm run docs\`: what is not here does not exist on the wire.

## Attributes allowed on metrics

${metricAttributes.map((name) => `\`${name}\``).join(', ')}

Everything else, ids and URLs above all, stands on spans only. \`session.id\` is an attribute of the resource.

## Metrics from the player

Delta temporality; counters and histograms with fixed edges, so that those of any two players add up.

${table(playerMetrics)}

## Metrics from the servers

${table(serverMetrics)}

## Spans of the player

${names(spans)}

Each carries \`session.id\`, \`view.id\`, \`stream.id\` and \`protocol\`.

## Spans of the servers

${names(originSpans)}

Each carries \`request.type\`, \`request.path\` and, where it is known, \`stream.id\`.

${names({ ...serverSpans, connection: spans.connection })}

Each carries \`peer.id\`, \`peer.role\`, \`stream.id\` and \`protocol\`.

## Spans of a publisher

${names(publishSpans)}

Each carries \`segment.sequence\`, \`stream.id\` and \`protocol\`; the first is the parent of the others.

## Alerts

| alert | metric | fires when |
|---|---|---|
${alerts.map(({ name, metric, summary }) => `| ${name} | \`${metric}\` | ${summary} |`).join('\n')}
`;
}

function names(table: Readonly<Record<string, string>>): string {
  return Object.values(table)
    .map((name) => `- \`${name}\``)
    .join('\n');
}

function table(metrics: Readonly<Record<string, Metric>>): string {
  const rows = Object.entries(metrics).map(([name, metric]) => {
    const edges = metric.kind === 'histogram' ? metric.edges.join(' ') : '';
    return `| \`${name}\` | ${metric.kind} | ${metric.unit} | ${meanings[name as MetricName]} | ${edges} |`;
  });
  return ['| name | kind | unit | meaning | edges |', '|---|---|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) writeFileSync(target, signalsPage());
