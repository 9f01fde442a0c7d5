/** The real Collector and its clickhouse exporter, with the very exporter.yaml of deploy: what players send is in the tables. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { PlayerMetricName } from '../../src/core/signals.ts';
import { playerMetrics, spans } from '../../src/core/signals.ts';
import { randomFrom } from '../../src/core/test-random.ts';
import { binary } from '../binaries.ts';
import { player } from '../player.ts';
import { freePort } from '../services.ts';
import type { Row } from '../table.ts';
import { fact } from '../table.ts';
import { until } from '../until.ts';
import type { Engine } from './engine.ts';
import { folder } from './engine.ts';
import { serveEngine } from './http.ts';

const players = 200;
const lost = 3;
const streamId = 'through-the-collector';
const presence = 'livestream.viewer.presence';
// Sums of floating point numbers, in any order.
const rounding = 1e-9;

/** Metrics and a span through the Collector, which has to try its first inserts again: nothing may be there twice. */
export async function arrivalRows(engine: Engine): Promise<Row[]> {
  const database = await serveEngine(engine, lost);
  const [otlp, health] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const collector = spawn(
    await binary('clickhouse-collector', '0.161.0'),
    ['--config', `${folder}/exporter.yaml`, '--config', 'stack/clickhouse/collector.yaml'],
    {
      env: {
        CLICKHOUSE_ENDPOINT: database.url,
        CLICKHOUSE_PASSWORD: 'any',
        OTLP_ADDRESS: otlp,
        HEALTH_ADDRESS: health,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  collector.stderr.on('data', (text) => (said += text));
  try {
    await until('the Collector answers', 30_000, async () => {
      if (collector.exitCode !== null) throw new Error(`The Collector ended: ${said.slice(-2000)}`);
      return (await fetch(`http://${health}`)).ok;
    });
    const sent = await play(`http://${otlp}`);
    await postSpan(`http://${otlp}`);
    await until('all that was sent is in the tables', 30_000, async () => {
      const [{ seconds, spans } = {}] = await engine.rows(
        `SELECT
          (SELECT sum(value) FROM counters_by_minute WHERE stream_id = '${streamId}' AND metric = '${presence}') AS seconds,
          (SELECT count() FROM otel_traces WHERE StreamId = '${streamId}') AS spans`,
      );
      return Number(seconds) > 0.999 * (sent.get(presence) ?? 0) && spans === 1;
    });
    return [
      ...(await rowsOf(engine, sent)),
      fact('inserts whose answers were lost on the way', String(lost), String(database.lost())),
    ];
  } finally {
    const closed = once(collector, 'close');
    if (collector.exitCode === null && collector.kill('SIGTERM')) await closed;
    await database.close();
  }
}

/** The sum of each counter, and of each histogram how many values. */
type Sent = ReadonlyMap<PlayerMetricName, number>;

async function play(endpoint: string): Promise<Sent> {
  const random = randomFrom(1);
  const totals = new Map<PlayerMetricName, number>();
  const crowd = Array.from({ length: players }, (_, i) =>
    player({
      ...{ endpoint, streamId, protocol: i % 4 === 0 ? 'webrtc' : 'hls', region: i % 2 === 0 ? 'eu' : 'us' },
      ...{ sessionId: `real-${i}`, address: '198.18.0.1', random },
      // One in ten has a clock that was never set.
      skewMs: i % 10 === 0 ? -20 * 365 * 86_400_000 : 0,
      measured(metric, value) {
        const more = playerMetrics[metric].kind === 'counter' ? value : 1;
        totals.set(metric, (totals.get(metric) ?? 0) + more);
      },
    }),
  );
  for (const last of [undefined, undefined, 'last'] as const) {
    for (const viewer of crowd) {
      if (!(await viewer.report(10, last))) throw new Error('The Collector has refused a report.');
    }
  }
  return totals;
}

async function rowsOf(engine: Engine, sent: Sent): Promise<Row[]> {
  const found = await engine.rows<{ metric: PlayerMetricName; sum: number }>(
    `SELECT metric, sum(value) AS sum FROM counters_by_minute WHERE stream_id = '${streamId}' GROUP BY metric
    UNION ALL SELECT metric, sum(count) AS sum FROM histograms_by_minute WHERE stream_id = '${streamId}' GROUP BY metric`,
  );
  const sums = new Map(found.map(({ metric, sum }) => [metric, sum]));
  const [{ sessions, days, regions } = {}] = await engine.rows(
    `SELECT uniqExact(session) AS sessions, uniqExact(toDate(at)) AS days, arrayStringConcat(arraySort(groupUniqArray(region)), ', ') AS regions
    FROM presence WHERE stream_id = '${streamId}'`,
  );
  const [span] = await engine.rows(
    `SELECT SpanName AS name, SessionId AS session, SpanAttributes['deadline_margin_s'] AS margin, Links.TraceId AS links FROM otel_traces
    WHERE StreamId = '${streamId}'`,
  );
  const wrong = [...sent].filter(([metric, total]) => Math.abs((sums.get(metric) ?? 0) / total - 1) > rounding);
  return [
    fact(
      `${sent.size} metrics through the Collector`,
      'as sent',
      wrong.map(([metric]) => metric).join(', ') || 'as sent',
    ),
    fact('sessions through the Collector, on days', `${players}, 1`, `${sessions}, ${days}`),
    fact('regions through the Collector', 'eu, us', String(regions)),
    fact(
      'a span through the Collector',
      'as sent',
      isDeepStrictEqual(span, sentSpan) ? 'as sent' : JSON.stringify(span),
    ),
  ];
}

const sentSpan = { name: spans.segment, session: 'real-1', margin: '-0.4', links: ['b'.repeat(32)] };

async function postSpan(endpoint: string) {
  const now = Date.now();
  const attributes = { 'session.id': sentSpan.session, 'stream.id': streamId, deadline_margin_s: -0.4 };
  const span = {
    ...{ traceId: 'a'.repeat(32), spanId: 'a'.repeat(16), name: sentSpan.name, kind: 3 },
    ...{ startTimeUnixNano: `${now - 900}000000`, endTimeUnixNano: `${now}000000` },
    links: sentSpan.links.map((traceId) => ({ traceId, spanId: 'b'.repeat(16) })),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
    })),
  };
  const body = gzipSync(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const response = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`The Collector has refused a span: ${response.status} ${await response.text()}`);
}
