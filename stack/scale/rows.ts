/** The tier for millions, end to end on one machine: the same crowd as on one machine, and what is lost when parts of it die. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { streamViewers } from '../../scripts/deploy/promql.ts';
import { metricsBody } from '../../src/collector/test-bodies.ts';
import { viewerTokens } from '../../src/server/viewer-tokens.ts';
import { crowd } from '../crowd.ts';
import { settled, totalRows, viewerRows } from '../figures.ts';
import { post } from '../post.ts';
import type { Query } from '../query.ts';
import { only, querying } from '../query.ts';
import type { Row } from '../table.ts';
import { fact, near } from '../table.ts';
import { issuer, newKey } from '../token-requests.ts';
import { traceRows } from '../traces.ts';
import { until } from '../until.ts';
import type { Scale } from './services.ts';
import { gateways, shards, startScale, strictGateway } from './services.ts';
import { tokenRows } from './tokens.ts';

type Options = {
  readonly folder: string;
  readonly players: number;
  readonly seed: number;
  say(what: string): void;
};
type Evening = Options & { readonly scale: Scale; readonly endpoint: string; readonly query: Query };

// A minute to look back on. Before that each shard has told of a whole minute by the clock, the first since it was started.
const steadyMs = 180_000;

/** Gateways, Kafka and shards hold the same numbers as one machine does, also when one of each dies. */
export async function scaleRows(options: Options): Promise<Row[]> {
  const tokens = viewerTokens({ privateKey: newKey(), issuer });
  const scale = await startScale(join(options.folder, 'scale'), JSON.stringify(await tokens.publicKeys()));
  const { stack, kafka } = scale;
  options.say(`kafka-${kafka.version}, ${stack.programs.join(', ')} are up`);
  try {
    const evening = {
      ...{ ...options, scale },
      endpoint: stack.url('proxy-proxy-0', 8080),
      query: querying(stack.url('victoria-metrics', 8428)),
    };
    const traces = await traceRows(
      evening.endpoint,
      stack.url('gateway-collector-1', 4319),
      stack.url('jaeger-jaeger-0', 16686),
    );
    const rows = [
      ...traces,
      ...(await ordinary(evening)),
      ...(await deaths(evening)),
      ...(await tokenRows(stack.url(strictGateway, 4318), tokens, scale.archive)),
      await withoutKafka(evening),
    ];
    return rows.map((row) => ({ ...row, what: `at scale: ${row.what}` }));
  } finally {
    await scale.stop();
  }
}

async function ordinary({
  scale: { stack, kafka, archive },
  endpoint,
  query,
  players,
  seed,
  say,
}: Evening): Promise<Row[]> {
  const audience = await crowd(endpoint, ['main', 'second'], players, seed);
  say(`${players} players have come`);
  await wait(steadyMs);
  const counted = await viewerRows(audience, query);
  await audience.leave();
  const { cpuSeconds, megabytes } = await kafka.cost();
  say(
    `they have gone, after ${audience.reports.sent} reports: ${await stack.usage()}, kafka ${cpuSeconds} s ${megabytes} MB`,
  );
  await settled(query);
  const records = near('records in Kafka', audience.reports.sent, await kafka.records('otlp_metrics'), 0);
  const sessions = ['main', 'second'].flatMap((stream) => [...archive.presenceOf(stream).values()]);
  const seconds = sessions.reduce((sum, each) => sum + each, 0);
  return [
    ...counted,
    ...(await totalRows(audience, query, 0.005)),
    records,
    near('sessions on the way to ClickHouse', players, sessions.length, 0),
    near('their presence', audience.totals.get('livestream.viewer.presence') ?? 0, seconds, 0.00001),
  ];
}

/** One gateway and then one shard are killed; both come back. What is lost is less than a shard's last two seconds. */
async function deaths({ scale: { stack, kafka }, endpoint, query, players, seed, say }: Evening): Promise<Row[]> {
  const audience = await crowd(endpoint, ['unlucky'], players, seed + 1);
  const { present, reports } = audience;
  await until(
    'all are counted',
    240_000,
    async () => only(await query(`${streamViewers}{stream_id="unlucky"}`)) > 0.97 * present.length,
  );
  const countedAt = performance.now();
  const [[collector, vmagent]] = shards as [(typeof shards)[number]];
  await stack.restart(gateways[0] ?? '', 5_000, 'SIGKILL');
  say('a gateway was killed, and was back after five seconds');
  await Promise.all([collector, vmagent].map((name) => stack.restart(name, 20_000, 'SIGKILL')));
  say(
    `a shard was killed, and was back after twenty seconds; in Kafka waited ${await kafka.lag('aggregation')} records`,
  );
  // The shard that is back tells of no minute before the one after next.
  const reportsBefore = reports.sent;
  await until(
    'each has reported 18 times more',
    300_000,
    async () => reports.sent - reportsBefore >= 18 * present.length,
  );
  const counted = await viewersSince(countedAt, query, present.length);
  await audience.leave();
  say(`${reports.sent} reports, ${reports.refused} of them not taken`);
  await settled(query);
  return [...counted, ...(await totalRows(audience, query, 0.01))].map((row) => ({
    ...row,
    what: `${row.what}, with deaths`,
  }));
}

/** A gateway takes nothing that it cannot hand on. */
async function withoutKafka({ scale: { kafka }, endpoint }: Evening): Promise<Row> {
  await kafka.stop();
  const labels = { 'stream.id': 'unlucky' };
  const body = metricsBody({ time: Date.now(), labels, counters: { 'livestream.player.plays': 1 } });
  const { status } = await post(`${endpoint}/v1/metrics`, body);
  return fact(
    'a report while Kafka is away',
    'try again',
    [502, 503, 504].includes(status) ? 'try again' : `${status}`,
  );
}

/** Neither the dead shard's last minute, which counts on, nor the ten seconds until another takes over, look like people who come or go. */
async function viewersSince(at: number, query: Query, players: number): Promise<Row[]> {
  const window = `${streamViewers}{stream_id="unlucky"}[${Math.round((performance.now() - at) / 1000)}s]`;
  const most = only(await query(`max_over_time(${window})`));
  const fewest = only(await query(`min_over_time(${window})`));
  return [near('viewers at most', players, most, 0.2), near('viewers at least', players, fewest, 0.2)];
}
