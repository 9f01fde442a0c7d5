/** What the public endpoint takes of a stranger, and what becomes of it. */
import { nestedStream } from './nested.ts';
import type { Query } from './query.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

type Attribute = { readonly key: string; readonly value: { readonly stringValue: string } };

const presence = 'livestream_viewer_presence_seconds_total';
const oneMinuteMs = 60_000;

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
    ['a million errors', 'errors', sum('livestream.errors', 1e6, now - 10_000, now)],
    ['a metric of the servers', 'server', sum('livestream.origin.requests', 10, now - 10_000, now)],
    ['a metric that nobody knows', 'unknown', sum('made.up', 10, now - 10_000, now)],
    ['buckets of its own', 'buckets', histogram('livestream.player.startup.duration', [1, 2], now)],
  ];
  for (const [, stream, metric] of cases) await post(endpoint, stream, metric);
  for (const depth of [200, 2000, 20_000]) await postNested(endpoint, nestedStream(depth, now - 10_000, now));
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
  const nested = await query(`${presence}{stream_id=~"\\\\[.*"}`);
  rows.push(fact('a stream that is lists 200 to 20,000 deep', 'left out', nested.length === 0 ? 'left out' : 'stored'));

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
  rows.push(fact('a region that nobody in front tells', 'unknown', first?.labels.region ?? 'none'));
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
  // As a stranger would who says where he is: nobody in front tells his address.
  const headers = { 'content-type': 'application/json', 'cloudfront-viewer-country': 'eu', 'x-region': 'eu' };
  await fetch(`${endpoint}/v1/metrics`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function postNested(endpoint: string, body: Buffer<ArrayBuffer>) {
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${endpoint}/v1/metrics`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${endpoint}: expected lists to be taken, received ${response.status}.`);
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
