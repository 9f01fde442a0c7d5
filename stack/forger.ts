/** One client that lies about how much it watches, beside honest ones: it must not be worth more than one viewer. */
import { setTimeout as wait } from 'node:timers/promises';
import { prometheusName } from '../src/collector/expose/prometheus.ts';
import { crowd } from './crowd.ts';
import type { Query } from './query.ts';
import { only } from './query.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';

const honest = 20;
// The minute that is counted, the one before, and the reports that are on their way.
const watchedMs = 150_000;

/** Four lies at once, each told to a stream of its own, in which 20 others play. */
export async function forgerRows(endpoint: string, query: Query): Promise<Row[]> {
  const now = () => Date.now();
  const lies: [what: string, stream: string, everyMs: number, reports: () => object[]][] = [
    [
      'one session, presence of a minute and a half told each second',
      'greedy',
      1000,
      () => [point('hls', now() - 60_000, now(), 95)],
    ],
    ['one report, replayed each second', 'replayed', 1000, replayed],
    ['one session, in four states and under three protocols', 'everywhere', 5000, everywhere],
    ['one session, in times of its own: last year, now, next year', 'untimely', 1000, untimely],
  ];
  const over = new AbortController();
  const audience = await crowd(
    endpoint,
    lies.map(([, stream]) => stream),
    lies.length * honest,
    7,
  );
  const lying = lies.map(async ([, stream, everyMs, reports], number) => {
    while (!over.signal.aborted) {
      await post(endpoint, stream, reports(), number);
      await wait(everyMs, undefined, { signal: over.signal }).catch(() => {});
    }
  });
  await wait(watchedMs);
  const rows: Row[] = [];
  for (const [what, stream] of lies) {
    const sent = audience.present.filter(({ streamId }) => streamId === stream).length;
    const counted = `avg_over_time(stream_id:${prometheusName('livestream.viewers.concurrent')}:sum{stream_id="${stream}"}[1m])`;
    const found = only(await query(counted));
    const claimed = only(
      await query(`sum(rate(${prometheusName('livestream.viewer.presence')}{stream_id="${stream}"}[1m]))`),
    );
    const told = `${found.toFixed(1)} of ${claimed.toFixed(0)} claimed`;
    // One more, and what the honest ones are off by.
    rows.push(fact(`viewers, with ${what}`, `${sent} and one`, told, found > sent * 0.97 && found < sent * 1.03 + 1));
  }
  over.abort();
  await Promise.all([...lying, audience.leave()]);
  return rows;
}

const first = Date.now();

function replayed(): object[] {
  return [point('hls', first - 10_000, first, 10)];
}

function everywhere(): object[] {
  const [start, end] = [Date.now() - 10_000, Date.now()];
  const states = ['playing', 'stalled', 'starting', 'seeking'];
  return ['hls', 'dash', 'webrtc'].flatMap((protocol) => states.map((state) => point(protocol, start, end, 10, state)));
}

function untimely(): object[] {
  return [-1, 0, 1].map((years) => {
    const end = Date.now() + years * 365 * 24 * 3_600_000;
    return point('hls', end - 60_000, end, 90);
  });
}

function point(protocol: string, start: number, end: number, asDouble: number, state = 'playing'): object {
  const attributes = { 'stream.id': 'STREAM', protocol, 'viewer.kind': 'real', 'viewer.state': state };
  return {
    asDouble,
    startTimeUnixNano: `${start}000000`,
    timeUnixNano: `${end}000000`,
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  };
}

async function post(endpoint: string, stream: string, dataPoints: object[], number: number) {
  const sum = { dataPoints, aggregationTemporality: 1, isMonotonic: true };
  const session = { key: 'session.id', value: { stringValue: `forger-${number}` } };
  const scopeMetrics = [{ metrics: [{ name: 'livestream.viewer.presence', unit: 's', sum }] }];
  const body = JSON.stringify({ resourceMetrics: [{ resource: { attributes: [session] }, scopeMetrics }] });
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': `203.0.113.${20 + number}`,
    'cloudfront-viewer-country': 'eu',
  };
  const response = await fetch(`${endpoint}/v1/metrics`, {
    method: 'POST',
    headers,
    body: body.replaceAll('STREAM', stream),
  });
  await response.arrayBuffer();
}
