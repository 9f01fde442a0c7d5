// The whole way from OTLP over HTTP to the figures.
import { expect, test } from 'vitest';
import { metricsBody, watched } from '../test-bodies.ts';
import { testCollector, testStart } from '../test-collector.ts';

const demo = '{stream_id="demo",protocol="hls",viewer_kind="real"}';
const playing =
  'livestream_viewer_presence_seconds_total{stream_id="demo",protocol="hls",viewer_kind="real",viewer_state="playing"}';

test('sums of 200 sessions are exact', async () => {
  const collector = await testCollector();
  for (let report = 1; report <= 3; report += 1) {
    collector.clock.now = testStart + report * 10_000;
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        collector.zipped(
          metricsBody({
            ...{ session: `s${i}`, time: collector.clock.now - (i % 7) * 1000, next: 10 },
            counters: { ...watched(10), 'livestream.player.media.bits': 1000 + i },
            histograms: { 'livestream.segment.fetch.duration': [0.03, 0.3] },
          }),
        ),
      ),
    );
  }
  expect(await collector.sample(playing)).toBe(200 * 3 * 10);
  expect(await collector.sample(`livestream_player_media_bits_bit_total${demo}`)).toBe(
    3 * (200 * 1000 + (199 * 200) / 2),
  );
  const fetches = 'livestream_segment_fetch_duration_seconds';
  expect(await collector.sample(`${fetches}_count${demo}`)).toBe(1200);
  expect(await collector.sample(`${fetches}_bucket${demo.replace('}', ',le="0.05"}')}`)).toBe(600);
  expect((await collector.get('/api/viewers')).viewers).toBe(200);
});

test('a batch that comes twice counts once, also when its second copy is split over requests', async () => {
  const collector = await testCollector();
  const counters = { ...watched(10), 'livestream.player.stalls': 2, 'livestream.player.plays': 1 };
  const whole = metricsBody({ session: 'a', time: testStart, next: 10, counters });
  await collector.metrics(whole);
  for (const [name, value] of Object.entries(counters)) {
    await collector.metrics(metricsBody({ session: 'a', time: testStart, next: 10, counters: { [name]: value } }));
  }
  expect((await (await collector.metrics(whole)).json()).partialSuccess).toBeUndefined();
  expect(await collector.sample(playing)).toBe(10);
  expect(await collector.sample(`livestream_player_stalls_total${demo}`)).toBe(2);
  expect(await collector.sample('playscope_collector_points_repeated_total')).toBe(6);
  await collector.metrics(metricsBody({ session: 'b', time: testStart, next: 10, counters }));
  expect(await collector.sample(playing)).toBe(20);
});

test('a copy is known for 32 reports', async () => {
  const collector = await testCollector();
  const report = (i: number) => metricsBody({ session: 'a', time: testStart + i * 10_000, counters: watched(10) });
  for (let i = 0; i < 32; i += 1) {
    collector.clock.now = testStart + i * 10_000;
    await collector.metrics(report(i));
  }
  for (let i = 0; i < 32; i += 1) await collector.metrics(report(i));
  expect(await collector.sample(playing)).toBe(320);
});

test('ids never become labels, and the region is stamped where none is given', async () => {
  const collector = await testCollector({ region: 'eu' });
  const labels = { 'stream.id': 'demo', 'session.id': 'x', 'url.full': 'http://a/', 'segment.sequence': 7 };
  await collector.metrics(
    metricsBody({ session: 'a', time: testStart, labels, counters: { 'livestream.player.plays': 1 } }),
  );
  await collector.metrics(
    metricsBody({
      session: 'b',
      time: testStart,
      labels: { ...labels, region: 'us' },
      counters: { 'livestream.player.plays': 1 },
    }),
  );
  expect(await collector.sample('livestream_player_plays_total{stream_id="demo",region="eu"}')).toBe(1);
  expect(await collector.sample('livestream_player_plays_total{stream_id="demo",region="us"}')).toBe(1);
});

test('cumulative points of servers become increases, also across a restart', async () => {
  const collector = await testCollector();
  const name = 'livestream.origin.requests';
  const report = async (instance: string, since: number, value: number, at: number) => {
    collector.clock.now = testStart + at;
    await collector.metrics(
      metricsBody({
        ...{ time: testStart + at, cumulativeSince: testStart + since, counters: { [name]: value } },
        ...{
          labels: { 'request.type': 'segment' },
          resource: { 'service.name': 'origin', 'service.instance.id': instance },
        },
      }),
    );
  };
  await report('1', 0, 100, 10_000);
  await report('1', 0, 150, 20_000);
  await report('1', 0, 150, 20_000);
  await report('2', 0, 7, 20_000);
  await report('1', 25_000, 30, 30_000);
  await report('1', 25_000, 31, 40_000);
  expect(await collector.sample('livestream_origin_requests_total{request_type="segment",service_name="origin"}')).toBe(
    188,
  );
});

test('the past of a process that ran long before the collector is no burst', async () => {
  const collector = await testCollector();
  const since = testStart - 86_400_000;
  for (const [i, value] of [1_000_000, 1_000_050].entries()) {
    collector.clock.now = testStart + i * 10_000;
    const resource = { 'service.name': 'origin' };
    const counters = { 'livestream.origin.requests': value };
    await collector.metrics(
      metricsBody({ time: collector.clock.now, cumulativeSince: since, labels: {}, resource, counters }),
    );
  }
  expect(await collector.sample('livestream_origin_requests_total{service_name="origin"}')).toBe(50);
});

test('implausible points are left out, counted and reported, and the rest is kept', async () => {
  const collector = await testCollector();
  const body = metricsBody({
    ...{ session: 'a', time: testStart, next: 10 },
    counters: {
      ...watched(200),
      'livestream.player.plays': -1,
      'livestream.made.up': 1,
      'livestream.player.stalls': 1,
    },
    histograms: { 'livestream.player.seek.duration': [1] },
  });
  const metrics = body.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
  const wrongEdges = metrics.find(({ name }) => name === 'livestream.player.seek.duration') as never as {
    histogram: { dataPoints: { explicitBounds: number[] }[] };
  };
  for (const point of wrongEdges.histogram.dataPoints) point.explicitBounds = [1, 2];
  metrics.push({ name: 'livestream.player.exits_before_start', gauge: { dataPoints: [{ asInt: '1' }] } } as never);
  const cumulative = metricsBody({
    session: 'a',
    time: testStart,
    cumulativeSince: 1,
    counters: { 'livestream.errors': 3 },
  });
  metrics.push(...(cumulative.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []));
  const { partialSuccess } = await (await collector.metrics(body)).json();
  expect(partialSuccess.rejectedDataPoints).toBe('6');
  for (const reason of [
    'too_much_presence',
    'bad_value',
    'unknown_metric',
    'wrong_buckets',
    'wrong_kind',
    'wrong_temporality',
  ]) {
    expect(partialSuccess.errorMessage).toContain(reason);
    expect(await collector.sample(`playscope_collector_points_dropped_total{reason="${reason}"}`)).toBe(1);
  }
  expect(await collector.sample(`livestream_player_stalls_total${demo}`)).toBe(1);
});

test('presence above what has passed since the last report is refused', async () => {
  const collector = await testCollector();
  const send = async (at: number, seconds: number) => {
    collector.clock.now = testStart + at;
    const sent = await collector.metrics(
      metricsBody({ session: 'a', time: collector.clock.now, seconds, counters: watched(seconds) }),
    );
    return (await sent.json()).partialSuccess === undefined;
  };
  expect(await send(0, 10)).toBe(true);
  expect(await send(1000, 60)).toBe(false);
  expect(await send(11_000, 10)).toBe(true);
  expect(await send(71_000, 60)).toBe(true);
});

test('what waited in the queue of a player while the collector was away is all taken', async () => {
  const collector = await testCollector();
  for (let i = 0; i < 12; i += 1) {
    collector.clock.now = testStart + i * 100;
    await collector.metrics(
      metricsBody({ session: 'a', time: testStart - 120_000 + i * 10_000, counters: watched(10) }),
    );
  }
  expect(await collector.sample(playing)).toBe(120);
});

test('a clock that is hours off is no reason to lose a point', async () => {
  const collector = await testCollector();
  for (const [i, time] of [testStart + 9e6, testStart - 9e9, 1, testStart + 9e11].entries()) {
    await collector.metrics(metricsBody({ session: `s${i}`, time, counters: watched(10) }));
  }
  expect(await collector.sample(playing)).toBe(40);
  expect((await collector.get('/api/streams')).streams[0].stallRatio).toBe(0);
});

test('series beyond the limit are counted as overflow, and long values are cut', async () => {
  const collector = await testCollector({ maxSeries: 3 });
  for (let i = 0; i < 10; i += 1) {
    const labels = { 'stream.id': `${'x'.repeat(500)}${i}`, 'cdn.host': `h${i}` };
    await collector.metrics(
      metricsBody({ session: 'a', time: testStart + i, labels, counters: { 'livestream.player.plays': 1 } }),
    );
  }
  expect(await collector.sample('livestream_player_plays_total{otel_metric_overflow="true"}')).toBe(7);
  expect(await collector.sample(`livestream_player_plays_total{stream_id="${'x'.repeat(128)}",cdn_host="h0"}`)).toBe(1);
  expect((await collector.get('/healthz')).seriesOverflowed).toBe(7);
});
