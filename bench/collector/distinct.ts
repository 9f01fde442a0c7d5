import { gzipSync } from 'node:zlib';
import { crowdOf } from './crowd.ts';
import { start } from './start.ts';

export type Distinct = { readonly sent: number; readonly counted: number; readonly bytesPerSession: number };

const perRequest = 1000;
const presence = 'livestream.viewer.presence';

/** So many sessions that all watch at the same time, a thousand in a request, as a gateway batches them. */
export async function distinct(sessions: number): Promise<Distinct> {
  const collector = await start({ maxSessions: sessions, maxBodyBytes: 16 * 1024 * 1024 });
  const crowd = crowdOf(collector.url, 2);
  const before = await collector.liveBytes();
  for (let first = 0; first < sessions; first += perRequest) {
    const resourceMetrics = Array.from({ length: Math.min(perRequest, sessions - first) }, (_, i) =>
      watching(first + i),
    );
    await crowd.post({ path: '/v1/metrics', body: gzipSync(JSON.stringify({ resourceMetrics }), { level: 1 }) });
  }
  const { viewers } = (await (await fetch(`${collector.url}/api/viewers`)).json()) as { viewers: number };
  const after = await collector.liveBytes();
  crowd.end();
  collector.end();
  return { sent: sessions, counted: viewers, bytesPerSession: (after - before) / sessions };
}

/** One session that has watched for ten seconds, and says that it reports again in ten minutes: so all are there at the end. */
function watching(number: number) {
  const nanos = BigInt(Date.now()) * 1_000_000n;
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const point = {
    attributes: [
      text('stream.id', 'main-stage'),
      text('protocol', 'hls'),
      text('viewer.kind', 'real'),
      text('viewer.state', 'playing'),
    ],
    startTimeUnixNano: `${nanos - 10_000_000_000n}`,
    timeUnixNano: `${nanos}`,
    asDouble: 10,
  };
  return {
    resource: {
      attributes: [
        text('service.name', 'web-player'),
        text('session.id', number.toString(16).padStart(32, '0')),
        { key: 'livestream.viewer.next_report', value: { doubleValue: 600 } },
      ],
    },
    scopeMetrics: [
      {
        scope: { name: 'playscope' },
        metrics: [
          { name: presence, unit: 's', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] } },
        ],
      },
    ],
  };
}
