/** Names that a stranger makes up: they cost memory, but nobody else's figures. */
import type { Query } from './query.ts';
import type { Stack } from './services.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

const presence = 'livestream_viewer_presence_seconds_total';
const [requests, streamsEach] = [60, 500];
const mostMegabytes = 500;

/** One address reports streams that nobody ever sent, as fast as it may. */
export async function madeUpRows(endpoint: string, stack: Stack, query: Query): Promise<Row[]> {
  const before = await memory(stack);
  let taken = 0;
  for (let request = 0; request < requests; request += 1) {
    const names = Array.from({ length: streamsEach }, (_, i) => `made-up-${request}-${i}`);
    if (await post(endpoint, names, `forger-${request}`, '203.0.113.77')) taken += 1;
  }
  const honest = () => post(endpoint, ['beside-made-up'], 'honest', '198.18.7.1');
  await honest();
  await until(
    'an honest report beside made up ones is stored',
    60_000,
    async () => (await query(`${presence}{stream_id="beside-made-up"}`)).length > 0,
  );
  const after = await memory(stack);
  const told = `${taken} taken, an honest one stored, vmagent ${before} to ${after} MB`;
  return [fact(`${requests * streamsEach} made up streams of one address`, 'bounded', told, after < mostMegabytes)];
}

async function memory(stack: Stack): Promise<number> {
  return Number(/vmagent \d+ s (\d+) MB/.exec(await stack.usage())?.[1]);
}

async function post(endpoint: string, streams: readonly string[], session: string, from: string): Promise<boolean> {
  const now = Date.now();
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const times = { startTimeUnixNano: `${now - 10_000}000000`, timeUnixNano: `${now}000000` };
  const dataPoints = streams.map((stream) => ({
    ...{ asDouble: 10, ...times },
    attributes: [text('stream.id', stream), text('viewer.state', 'playing')],
  }));
  const sum = { dataPoints, aggregationTemporality: 1, isMonotonic: true };
  const scopeMetrics = [{ metrics: [{ name: 'livestream.viewer.presence', unit: 's', sum }] }];
  const resource = { attributes: [text('session.id', session)] };
  const response = await fetch(`${endpoint}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics }] }),
  });
  await response.arrayBuffer();
  return response.ok;
}
