/** One client that lies about how much it watches, beside honest ones: it must not be worth more than one viewer. */
import { setTimeout as wait } from 'node:timers/promises';
import { streamViewers } from '../scripts/deploy/promql.ts';
import { prometheusName } from '../src/collector/expose/prometheus.ts';
import type { Report } from '../src/collector/test-bodies.ts';
import { metricsBody, watched } from '../src/collector/test-bodies.ts';
import { crowd } from './crowd.ts';
import { post } from './post.ts';
import type { Query } from './query.ts';
import { only } from './query.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';

const honest = 20;
// The minute that is counted, the one before, and the reports that are on their way.
const watchedMs = 150_000;

/** Four lies at once, each told to a stream of its own, in which 20 others play. */
export async function forgerRows(endpoint: string, query: Query): Promise<Row[]> {
  const lies: [what: string, stream: string, everyMs: number, told: () => readonly Partial<Report>[]][] = [
    [
      'one session, presence of a minute and a half told each second',
      'greedy',
      1000,
      () => [{ seconds: 60, counters: watched(95) }],
    ],
    ['one report, replayed each second', 'replayed', 1000, () => [{ time: first, counters: watched(10) }]],
    ['one session, in four states and under three protocols', 'everywhere', 5000, () => [{ counters: everywhere }]],
    ['one session, in times of its own: last year, now, next year', 'untimely', 1000, untimely],
  ];
  const over = new AbortController();
  const audience = await crowd(
    endpoint,
    lies.map(([, stream]) => stream),
    lies.length * honest,
    7,
  );
  const lying = lies.map(async ([, stream, everyMs, told], number) => {
    const labels = { 'stream.id': stream, protocol: 'hls', 'viewer.kind': 'real' };
    const headers = { 'x-forwarded-for': `203.0.113.${20 + number}`, 'cloudfront-viewer-country': 'eu' };
    while (!over.signal.aborted) {
      for (const lie of told()) {
        const body = metricsBody({ session: `forger-${number}`, time: Date.now(), labels, ...lie });
        await post(`${endpoint}/v1/metrics`, body, headers);
      }
      await wait(everyMs, undefined, { signal: over.signal }).catch(() => {});
    }
  });
  await wait(watchedMs);
  const rows: Row[] = [];
  for (const [what, stream] of lies) {
    const sent = audience.present.filter(({ streamId }) => streamId === stream).length;
    const found = only(await query(`avg_over_time(${streamViewers}{stream_id="${stream}"}[1m])`));
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

const everywhere = {
  'livestream.viewer.presence': ['hls', 'dash', 'webrtc'].flatMap((protocol) =>
    ['playing', 'stalled', 'starting', 'seeking'].map((state) => ({
      value: 10,
      labels: { protocol, 'viewer.state': state },
    })),
  ),
};

function untimely(): Partial<Report>[] {
  const yearMs = 365 * 24 * 3_600_000;
  return [-1, 0, 1].map((years) => ({ time: Date.now() + years * yearMs, seconds: 60, counters: watched(90) }));
}
