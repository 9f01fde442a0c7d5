import { expect, test } from 'vitest';
import { metricsBody, watched } from '../test-bodies.ts';
import { testCollector, testStart } from '../test-collector.ts';

type Sent = Parameters<typeof metricsBody>[0];

async function started(options = {}) {
  const collector = await testCollector(options);
  return {
    ...collector,
    viewers: async (): Promise<number> => (await collector.get('/api/viewers')).viewers,
    at: (seconds: number) => {
      collector.clock.now = testStart + seconds * 1000;
    },
    report: (session: string, more: Partial<Sent> = {}) =>
      collector.metrics(metricsBody({ session, time: collector.clock.now, next: 10, counters: watched(10), ...more })),
  };
}

test('a session is alive for one and a half report intervals', async () => {
  const { at, report, viewers } = await started();
  await report('a');
  await report('b', { next: 75 });
  at(14.9);
  expect(await viewers()).toBe(2);
  at(15);
  expect(await viewers()).toBe(1);
  at(112.5);
  expect(await viewers()).toBe(0);
});

test('five viewers, three leave, two are left at once', async () => {
  const { at, report, viewers } = await started();
  for (const session of ['a', 'b', 'c', 'd', 'e']) await report(session);
  expect(await viewers()).toBe(5);
  at(4);
  for (const session of ['a', 'b', 'c']) await report(session, { next: 0, counters: watched(4) });
  expect(await viewers()).toBe(2);
});

test('a report that comes again or late does not bring a viewer back', async () => {
  const { at, report, viewers } = await started();
  await report('a');
  at(5);
  await report('a', { next: 0, counters: watched(5) });
  await report('a', { time: testStart });
  await report('a', { time: testStart + 2000, counters: watched(2) });
  expect(await viewers()).toBe(0);
  at(9);
  await report('a', { counters: watched(4) });
  expect(await viewers()).toBe(1);
});

test('an end without any data point is an end', async () => {
  const { at, report, viewers } = await started();
  await report('a');
  at(3);
  await report('a', { next: 0, counters: {} });
  expect(await viewers()).toBe(0);
});

test('without a next report a session is expected every 30 s', async () => {
  const collector = await testCollector();
  await collector.metrics(metricsBody({ session: 'a', time: testStart, counters: watched(10) }));
  collector.clock.now = testStart + 44_000;
  expect((await collector.get('/api/viewers')).viewers).toBe(1);
  collector.clock.now = testStart + 45_000;
  expect((await collector.get('/api/viewers')).viewers).toBe(0);
});

test('the state is the one with the largest share; paused viewers and probes are not in front', async () => {
  const { report, get } = await started();
  const shares = (...given: [string, number][]) => ({
    counters: {
      'livestream.viewer.presence': given.map(([state, value]) => ({ value, labels: { 'viewer.state': state } })),
    },
  });
  await report('a', shares(['playing', 3], ['stalled', 7]));
  await report('b', shares(['paused', 10]));
  await report('c', shares(['starting', 2]));
  const labels = { 'stream.id': 'demo', protocol: 'hls', 'viewer.kind': 'synthetic' };
  await report('d', { labels });
  const { viewers, groups } = await get('/api/viewers');
  expect(viewers).toBe(2);
  expect(groups[0].states).toEqual({ playing: 0, stalled: 1, starting: 1, seeking: 0, paused: 1 });
  expect(groups[1]).toMatchObject({
    viewerKind: 'synthetic',
    viewers: 1,
    region: null,
    protocol: 'hls',
    streamId: 'demo',
  });
});

test('the mean is right and steady, whatever the phases and the intervals of the players', async () => {
  const { at, report, get } = await started();
  const means: number[] = [];
  for (let second = 0; second <= 120; second += 1) {
    at(second);
    for (let player = 0; player < 10; player += 1) {
      const every = player % 2 === 0 ? 10 : 15;
      if (second % every === player % every) {
        await report(`p${player}`, { seconds: every, next: every, counters: watched(every) });
      }
    }
    if (second > 60) means.push((await get('/api/viewers')).meanViewers);
  }
  for (const mean of means) expect(Math.abs(mean - 10)).toBeLessThan(0.2);
});

test('beyond the limit of sessions the mean still counts all', async () => {
  const { at, report, get } = await started({ maxSessions: 5 });
  for (let second = 0; second <= 60; second += 10) {
    at(second);
    for (let player = 0; player < 8; player += 1) await report(`p${player}`);
  }
  at(61);
  const { viewers, meanViewers } = await get('/api/viewers');
  expect(viewers).toBe(5);
  expect(meanViewers).toBeCloseTo(8, 0);
  expect(await get('/healthz')).toMatchObject({ viewersExact: false, sessions: 5 });
});

test('the gauge goes to 0 and stays for an hour', async () => {
  const { at, report, sample } = await started();
  const line = 'livestream_viewers_concurrent{stream_id="demo",protocol="hls",viewer_kind="real"}';
  expect(await sample(line)).toBeUndefined();
  await report('a');
  expect(await sample(line)).toBe(1);
  at(20);
  expect(await sample(line)).toBe(0);
  for (let minute = 1; minute <= 59; minute += 1) {
    at(minute * 60);
    expect(await sample(line)).toBe(0);
  }
  at(3700);
  expect(await sample(line)).toBeUndefined();
});
