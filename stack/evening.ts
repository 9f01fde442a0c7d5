/** An ordinary evening, the alarms after it, and a bad one. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { alerts } from '../src/core/alerts.ts';
import { crowd } from './crowd.ts';
import { settled, total, totalRows, viewerRows } from './figures.ts';
import type { OnCall } from './on-call.ts';
import { panelRows } from './panels.ts';
import type { Query } from './query.ts';
import type { Servers } from './servers.ts';
import type { Stack } from './services.ts';
import type { Row } from './table.ts';
import { fact, near } from './table.ts';
import { until } from './until.ts';

export type Stage = {
  readonly stack: Stack;
  /** Where players send to. */
  readonly endpoint: string;
  readonly query: Query;
  readonly players: number;
  readonly seed: number;
  say(what: string): void;
};

// A minute to look back on, whose rates look back one more, and the report and the two flushes that they are late.
const steadyMs = 150_000;

/** Players come, are counted, and go. */
export async function evening({ stack, endpoint, query, players, seed, say }: Stage, deploy: string): Promise<Row[]> {
  const audience = await crowd(endpoint, ['main', 'second'], players, seed);
  say(`${players} players have come`);
  await wait(steadyMs);
  const counted = await viewerRows(audience, query);
  const shown = await panelRows(join(deploy, 'grafana/dashboards'), query);
  await audience.leave();
  say(`they have gone, after ${audience.reports.sent} reports: ${await stack.usage()}`);
  await settled(query);
  const refused = fact('reports not taken', '0', `${audience.reports.refused}`);
  return [...counted, ...shown, ...(await totalRows(audience, query, 0.005)), refused];
}

/** With nobody watching and servers that are not well, all six alerts reach who is on call. */
export async function alarms({ query, say }: Stage, servers: Servers, { fired }: OnCall): Promise<Row[]> {
  const names = alerts.map(({ name }) => name);
  await until('all alerts have fired', 300_000, async () => names.every((name) => fired.has(name))).catch(say);
  await servers.stop();
  await settled(query);
  const rows = names.map((name) =>
    fact(`${name} reaches who is on call`, 'fired', fired.has(name) ? 'fired' : 'silent'),
  );
  for (const [metric, sent] of servers.totals) rows.push(near(metric, sent, await total(metric, query), 0.005));
  return rows;
}

/** A smaller crowd, during which the Collector is started anew and the store is away for a while. */
export async function outages({ stack, endpoint, query, players, seed, say }: Stage): Promise<Row[]> {
  const audience = await crowd(endpoint, ['unlucky'], Math.ceil(players / 4), seed + 1);
  const { present, reports } = audience;
  // A counter that begins anew is seen to do so once it had come far.
  await until('each has reported five times', 120_000, async () => reports.sent >= 5 * present.length);
  await stack.restart('collector', 0);
  say('the Collector was started anew');
  await stack.restart('victoria-metrics', 10_000);
  say('the store was away for ten seconds');
  await audience.leave();
  say(`${reports.sent} reports with outages, ${reports.refused} of them not taken`);
  await settled(query);
  return (await totalRows(audience, query, 0.01)).map((row) => ({ ...row, what: `${row.what}, with outages` }));
}
