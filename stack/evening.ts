/** An ordinary evening, the alarms after it, and a bad one. */
import { setTimeout as wait } from 'node:timers/promises';
import { startStage } from '../drill/stage.ts';
import { alerts } from '../src/core/alerts.ts';
import { autopsyRows } from './autopsy.ts';
import { startBrowsers } from './browsers.ts';
import { crowd } from './crowd.ts';
import { settled, total, totalRows, viewerRows } from './figures.ts';
import type { Jaeger } from './jaeger.ts';
import type { OnCall } from './on-call.ts';
import type { Place } from './player.ts';
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
  /** Where servers send to. */
  readonly inside: string;
  readonly query: Query;
  readonly jaeger: Jaeger;
  readonly players: number;
  readonly seed: number;
  say(what: string): void;
};

const streams = ['main', 'second'];
// A minute to look back on, whose rates look back one more, and the report and the two flushes that they are late.
const steadyMs = 150_000;

/** Players come, are counted, and go. */
export async function evening({ stack, endpoint, query, players, seed, say }: Stage, besides: readonly Place[] = []) {
  const audience = await crowd(endpoint, streams, players, seed);
  say(`${players} players have come`);
  await wait(steadyMs);
  const counted = await viewerRows({ present: [...audience.present, ...besides] }, query);
  await audience.leave();
  say(`they have gone, after ${audience.reports.sent} reports: ${await stack.usage()}`);
  await settled(query, streams);
  const refused = fact('reports not taken', '0', `${audience.reports.refused}`);
  return [...counted, ...(await totalRows(audience, query, 0.005)), refused];
}

/** The same evening with five real browsers besides. After it one of them stalls, and Jaeger has to know why. */
export async function eveningWithBrowsers(stage: Stage): Promise<Row[]> {
  const { endpoint, inside, query, jaeger, say } = stage;
  const streamId = 'browsers';
  const demo = await startStage({ players: endpoint, servers: inside, streamId });
  try {
    const browsers = await startBrowsers(demo, streamId, endpoint);
    say('five browsers see the picture');
    const rows = await evening(stage, browsers.places);
    rows.push(...(await autopsyRows(demo, streamId, jaeger)));
    const left = await browsers.leave();
    say('the browsers have gone');
    const stalls = left.reduce((all, viewer) => all + viewer.stalls, 0);
    await settled(query, [streamId]);
    return [
      ...rows,
      near('plays of browsers', left.length, await total('livestream.player.plays', query, streamId), 0.005),
      near('stalls of browsers', stalls, await total('livestream.player.stalls', query, streamId), 0.005),
      await sessionRow(left, streamId, jaeger),
    ];
  } finally {
    await demo.close();
  }
}

/** Who was there, by name: whoever sends spans sends one of its session each minute. */
async function sessionRow(left: readonly { sessionId: string }[], streamId: string, jaeger: Jaeger): Promise<Row> {
  const operation = 'livestream.player.session';
  const found = await jaeger.search({ service: 'web-player', operation, tags: { 'stream.id': streamId } });
  const seen = new Set(
    found.flat().flatMap(({ name, attributes }) => (name === operation ? attributes['session.id'] : [])),
  );
  const known = left.filter(({ sessionId }) => seen.has(sessionId)).length;
  return fact(
    'sessions of browsers in Jaeger',
    `${left.length}`,
    `${seen.size}`,
    seen.size === left.length && known === seen.size,
  );
}

/** With nobody watching and servers that are not well, all six alerts reach who is on call. */
export async function alarms({ query, say }: Stage, servers: Servers, onCall: OnCall): Promise<Row[]> {
  const names = alerts.map(({ name }) => name);
  const hasFired = (name: string) => onCall.fired(servers.streamId).includes(name);
  await until('all alerts have fired', 300_000, async () => names.every(hasFired)).catch(say);
  await servers.stop();
  await settled(query, streams);
  const rows = names.map((name) =>
    fact(`${name} reaches who is on call`, 'fired', hasFired(name) ? 'fired' : 'silent'),
  );
  for (const [metric, sent] of servers.totals)
    rows.push(near(metric, sent, await total(metric, query, servers.streamId), 0.005));
  return rows;
}

/** A smaller crowd, during which the Collector is started anew and the store is away for a while. */
export async function outages({ stack, endpoint, query, players, seed, say }: Stage): Promise<Row[]> {
  const unlucky = ['unlucky'];
  const audience = await crowd(endpoint, unlucky, Math.ceil(players / 4), seed + 1);
  const { present, reports } = audience;
  // A counter that begins anew is seen to do so once it had come far.
  await until('each has reported five times', 120_000, async () => reports.sent >= 5 * present.length);
  await stack.restart('collector', 0);
  say('the Collector was started anew');
  await stack.restart('victoria-metrics', 10_000);
  say('the store was away for ten seconds');
  await audience.leave();
  say(`${reports.sent} reports with outages, ${reports.refused} of them not taken`);
  await settled(query, unlucky);
  return (await totalRows(audience, query, 0.01)).map((row) => ({ ...row, what: `${row.what}, with outages` }));
}
