/** Names that a stranger makes up: they cost memory, but nobody else's figures. */
import { prometheusName } from '../src/collector/expose/prometheus.ts';
import { metricsBody } from '../src/collector/test-bodies.ts';
import { post } from './post.ts';
import type { Query } from './query.ts';
import type { Stack } from './services.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

const stored = prometheusName('livestream.viewer.presence');
const [requests, streamsEach] = [60, 500];
const mostMegabytes = 500;

/** One address reports streams that nobody ever sent, as fast as it may. */
export async function madeUpRows(endpoint: string, stack: Stack, query: Query): Promise<Row[]> {
  const before = await memory(stack);
  let taken = 0;
  for (let request = 0; request < requests; request += 1) {
    const names = Array.from({ length: streamsEach }, (_, i) => `made-up-${request}-${i}`);
    if (await report(endpoint, names, `forger-${request}`, '203.0.113.77')) taken += 1;
  }
  await report(endpoint, ['beside-made-up'], 'honest', '198.18.7.1');
  await until(
    'an honest report beside made up ones is stored',
    60_000,
    async () => (await query(`${stored}{stream_id="beside-made-up"}`)).length > 0,
  );
  const after = await memory(stack);
  const told = `${taken} taken, an honest one stored, vmagent ${before} to ${after} MB`;
  return [fact(`${requests * streamsEach} made up streams of one address`, 'bounded', told, after < mostMegabytes)];
}

async function memory(stack: Stack): Promise<number> {
  return (await stack.costs()).find(({ service }) => service === 'vmagent')?.megabytes ?? Number.NaN;
}

async function report(endpoint: string, streams: readonly string[], session: string, from: string): Promise<boolean> {
  const presence = streams.map((stream) => ({ value: 10, labels: { 'stream.id': stream, 'viewer.state': 'playing' } }));
  const counters = { 'livestream.viewer.presence': presence };
  const body = metricsBody({ session, time: Date.now(), labels: {}, counters });
  return (await post(`${endpoint}/v1/metrics`, body, { 'x-forwarded-for': from })).ok;
}
