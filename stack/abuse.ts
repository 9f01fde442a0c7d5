/** What a stranger may send to the public endpoint, and what becomes of it. */
import { gzipSync } from 'node:zlib';
import type { Query } from './query.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

type Attribute = { readonly key: string; readonly value: { readonly stringValue: string } };

const presence = 'livestream_viewer_presence_seconds_total';
const oneMinuteMs = 60_000;

/** Bodies that must be refused before they cost anything. */
export async function refusals(endpoint: string): Promise<Row[]> {
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
  const deep = `{"resourceMetrics":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const cases: [what: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string>][] = [
    ['a body of 300 KB', JSON.stringify({ resourceMetrics: [], pad: 'x'.repeat(300_000) }), {}],
    [`${Math.round(bomb.length / 1000)} KB of gzip that unpack to 50 MB`, bomb, { 'content-encoding': 'gzip' }],
    ['100,000 nested lists', deep, {}],
    ['attributes nested 20,000 deep', nestedValue(20_000), {}],
    ['a body that is not JSON', '<otlp/>', {}],
    ['a coding that is not allowed', gzipSync('{}'), { 'content-encoding': 'zstd' }],
  ];
  const rows: Row[] = [];
  for (const [what, body, headers] of cases) {
    const response = await fetch(`${endpoint}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    }).catch(() => undefined);
    const status = response?.status ?? 0;
    // Nothing that a client should try again: no 429, no 503.
    rows.push(fact(what, '4xx', String(status), status >= 400 && status < 429));
  }
  const many = Array.from({ length: 200 }, () =>
    fetch(`${endpoint}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body: '{}',
    }),
  );
  const answers = (await Promise.all(many)).map(({ status }) => status);
  const taken = answers.filter((status) => status === 200).length;
  rows.push(
    fact(
      '200 requests at once of one address',
      '50 or so taken, 429',
      `${taken} taken, ${answers.find((status) => status !== 200)}`,
      taken >= 50 && taken < 80 && answers.includes(429),
    ),
  );
  const preflight = await fetch(`${endpoint}/v1/metrics`, {
    method: 'OPTIONS',
    headers: { origin: 'https://elsewhere.test', 'access-control-request-method': 'POST' },
  });
  rows.push(
    fact(
      'preflight of a page elsewhere',
      'not allowed',
      preflight.headers.get('access-control-allow-origin') ?? 'not allowed',
    ),
  );
  return rows;
}

/** Points that are taken and must change nothing: each goes out under a stream of its own, beside one that is as it should be. */
export async function forgeries(endpoint: string, query: Query): Promise<Row[]> {
  const now = Date.now();
  const cases: [what: string, stream: string, metric: object][] = [
    ['presence above the interval', 'too-much', sum('livestream.viewer.presence', 60, now - 10_000, now)],
    ['presence of years', 'years', sum('livestream.viewer.presence', 1e6, 0, now)],
    ['presence as a whole number', 'whole', sum('livestream.viewer.presence', { asInt: '100000' }, now - 10_000, now)],
    ['presence below zero', 'negative', sum('livestream.viewer.presence', -10, now - 10_000, now)],
    [
      'sums since a start',
      'cumulative',
      sum('livestream.viewer.presence', 10, now - 10_000, now, { aggregationTemporality: 2 }),
    ],
    ['a metric of the servers', 'server', sum('livestream.origin.requests', 10, now - 10_000, now)],
    ['a metric that nobody knows', 'unknown', sum('made.up', 10, now - 10_000, now)],
    ['buckets of its own', 'buckets', histogram('livestream.player.startup.duration', [1, 2], now)],
  ];
  for (const [, stream, metric] of cases) await post(endpoint, stream, metric);
  await post(endpoint, 'honest', sum('livestream.viewer.presence', 10, now - 10_000, now));
  await until(
    'an honest report is stored',
    oneMinuteMs,
    async () => (await query(`${presence}{stream_id="honest"}`)).length > 0,
  );
  const rows: Row[] = [];
  for (const [what, stream] of cases) {
    const found = await query(`{stream_id="${stream}"}`);
    rows.push(fact(what, 'left out', found.length === 0 ? 'left out' : JSON.stringify(found[0]?.labels)));
  }

  const names = Array.from({ length: 500 }, (_, i) => text(`made.up.${i}`, String(i)));
  await post(endpoint, 'labels', sum('livestream.viewer.presence', 10, now - 10_000, now, {}, names));
  await until(
    'a report with 500 attributes is stored',
    oneMinuteMs,
    async () => (await query(`${presence}{stream_id="labels"}`)).length > 0,
  );
  const [first] = await query(`${presence}{stream_id="labels"}`);
  const kept = Object.keys(first?.labels ?? {}).filter((name) => name !== '__name__');
  rows.push(fact('500 attributes of its own', 'region, stream_id', kept.sort().join(', ')));
  const identified = await query(
    'count({session_id!=""}) or count({service_instance_id!="", service_name="web-player"})',
  );
  rows.push(fact('series that name a session', '0', String(identified.length)));
  return rows;
}

async function post(endpoint: string, stream: string, metric: object) {
  const body = {
    resourceMetrics: [
      {
        resource: { attributes: [text('session.id', stream)] },
        scopeMetrics: [{ metrics: [labelled(metric, stream)] }],
      },
    ],
  };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${endpoint}/v1/metrics`, { method: 'POST', headers, body: JSON.stringify(body) });
}

function labelled(metric: object, stream: string): object {
  return JSON.parse(JSON.stringify(metric).replaceAll('STREAM', stream));
}

function sum(
  name: string,
  value: number | object,
  start: number,
  time: number,
  more = {},
  attributes: Attribute[] = [],
) {
  const number = typeof value === 'number' ? { asDouble: value } : value;
  const point = { ...number, ...period(start, time), attributes: [text('stream.id', 'STREAM'), ...attributes] };
  return { name, unit: 's', sum: { dataPoints: [point], aggregationTemporality: 1, isMonotonic: true, ...more } };
}

function histogram(name: string, explicitBounds: number[], now: number) {
  const counts = { count: '1', sum: 1, bucketCounts: ['1', ...explicitBounds.map(() => '0')], explicitBounds };
  const point = { ...counts, ...period(now - 10_000, now), attributes: [text('stream.id', 'STREAM')] };
  return { name, unit: 's', histogram: { dataPoints: [point], aggregationTemporality: 1 } };
}

function period(start: number, time: number) {
  return { startTimeUnixNano: `${start}000000`, timeUnixNano: `${time}000000` };
}

function text(key: string, stringValue: string): Attribute {
  return { key, value: { stringValue } };
}

function nestedValue(depth: number): string {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}${']}}'.repeat(depth)}`;
  return `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":${value}}]}}]}`;
}
