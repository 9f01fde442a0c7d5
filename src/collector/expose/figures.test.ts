import { expect, test } from 'vitest';
import { metricsBody } from '../test-bodies.ts';
import { testCollector, testStart } from '../test-collector.ts';
import { quantile } from './history.ts';

test('quantiles are linear within a bucket', () => {
  const edges = [1, 2, 4];
  const of = (...buckets: number[]) => ({ buckets, count: buckets.reduce((sum, each) => sum + each, 0), sum: 0 });
  expect(quantile(0.5, edges, of(0, 10, 0, 0))).toBe(1.5);
  expect(quantile(0.5, edges, of(10, 0, 0, 0))).toBe(0.5);
  expect(quantile(0.95, edges, of(50, 0, 50, 0))).toBeCloseTo(3.8);
  expect(quantile(0.99, edges, of(1, 0, 0, 99))).toBe(4);
  expect(quantile(0.5, edges, of(0, 0, 0, 0))).toBeNull();
  expect(quantile(0.5, edges, of(5, 0, 5, 0))).toBe(1);
});

async function anEvening() {
  const collector = await testCollector();
  for (let second = 10; second <= 120; second += 10) {
    collector.clock.now = testStart + second * 1000;
    await collector.metrics(
      metricsBody({
        ...{ session: 'a', time: collector.clock.now, next: 10 },
        counters: {
          'livestream.viewer.presence': [
            { value: 8, labels: { 'viewer.state': 'playing' } },
            { value: 2, labels: { 'viewer.state': 'stalled' } },
          ],
          'livestream.player.stalls': [{ value: 1, labels: { 'stall.cause': 'network' } }],
          'livestream.player.media.bits': 8_000_000,
          'livestream.player.media.played': 8,
          'livestream.player.frames.rendered': 190,
          'livestream.player.frames.dropped': 10,
          'livestream.errors': [{ value: 2, labels: { 'error.type': 'http_404', 'error.fatal': false } }],
        },
        histograms: { 'livestream.segment.fetch.duration': [0.15, 0.15, 0.15, 0.6] },
      }),
    );
  }
  return collector;
}

test('a stream has its figures of the last five minutes', async () => {
  const { get } = await anEvening();
  const [stream] = (await get('/api/streams')).streams;
  expect(stream).toMatchObject({
    ...{ streamId: 'demo', protocols: ['hls'], viewers: 1, peakViewers: 1, lastSeen: testStart + 120_000 },
    ...{ plays: 0, stalls: 12, stallsByCause: { network: 12 }, averageBitrate: 1_000_000 },
    errors: [{ type: 'http_404', fatal: false, protocol: 'hls', count: 24 }],
    startup: { count: 0, p50: null, p95: null, p99: null },
  });
  expect(stream.stallRatio).toBeCloseTo(0.2);
  expect(stream.droppedFrameRatio).toBeCloseTo(0.05);
  expect(stream.fetch).toMatchObject({ count: 48 });
  expect(stream.fetch.p50).toBeCloseTo(0.1667, 3);
});

test('players whose renditions declare no bitrate do not thin that of the others', async () => {
  const { get, clock, metrics } = await testCollector();
  clock.now = testStart + 10_000;
  const report = { time: clock.now, next: 10 };
  const bits = { 'livestream.player.media.bits': 8e6, 'livestream.player.media.played': 8 };
  await metrics(metricsBody({ ...report, session: 'a', counters: bits }));
  const played = [{ value: 10, labels: { protocol: 'webrtc' } }];
  await metrics(metricsBody({ ...report, session: 'b', counters: { 'livestream.player.media.played': played } }));
  const [stream] = (await get('/api/streams')).streams;
  expect(stream.averageBitrate).toBe(1_000_000);
});

test('series have one value for each step, and null where nothing was reported', async () => {
  const { get, clock } = await anEvening();
  const { times, panels, stepSeconds } = await get('/api/series?minutes=5');
  expect([stepSeconds, times.length]).toEqual([5, 60]);
  expect(times.at(-1)).toBe(clock.now);
  for (const { lines } of Object.values(panels) as { lines: { values: unknown[] }[] }[]) {
    for (const { values } of lines) expect(values).toHaveLength(60);
  }
  expect(panels.packetLoss.lines).toEqual([]);
  expect(panels.publishLatency.lines).toEqual([]);
  const last = (panel: string, line = 0) => panels[panel].lines[line].values.at(-1);
  expect(panels.viewers.lines).toMatchObject([{ label: 'demo', attributes: { 'stream.id': 'demo' } }]);
  expect(panels.viewers.lines[0].values[0]).toBeNull();
  expect(last('viewers')).toBe(1);
  expect(last('stallRatio')).toBeCloseTo(0.2);
  expect(last('errors')).toBeCloseTo(0.2, 1);
  expect(panels.fetch.lines.map(({ label }: { label: string }) => label)).toEqual(['p50', 'p95']);
  expect(last('fetch', 1)).toBeGreaterThan(0.5);
  // Reports come every other step; the panels must not show their rhythm.
  const sincePlaying = panels.stallRatio.lines[0].values.slice(-20);
  for (const value of sincePlaying) expect(value).toBeCloseTo(0.2);
  expect((await get('/api/series?stream=none')).panels.viewers.lines).toEqual([]);
});

test('latencies of servers come in seconds', async () => {
  const collector = await testCollector();
  await collector.metrics(
    metricsBody({
      ...{ time: testStart, labels: { 'request.type': 'segment' }, resource: { 'service.name': 'origin' } },
      histograms: { 'livestream.origin.request_latency': [150, 150] },
    }),
  );
  const { panels } = await collector.get('/api/series?minutes=1');
  expect(panels.originLatency.lines.map(({ label }: { label: string }) => label)).toEqual([
    'segment p50',
    'segment p95',
  ]);
  expect(panels.originLatency.lines[0].values.at(-1)).toBeCloseTo(0.15);
});
