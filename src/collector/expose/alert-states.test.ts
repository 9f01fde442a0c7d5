import { expect, test } from 'vitest';
import type { AlertName } from '../../core/alerts.ts';
import { metricsBody, watched } from '../test-bodies.ts';
import { testCollector, testStart } from '../test-collector.ts';

async function evening(options = {}) {
  const collector = await testCollector(options);
  const alert = async (name: AlertName) =>
    (await collector.get('/api/alerts')).alerts.find((each: { name: string }) => each.name === name);
  return {
    alert,
    state: async (name: AlertName): Promise<string> => (await alert(name)).state,
    /** Seconds since the start. */
    at: (seconds: number) => {
      collector.clock.now = testStart + seconds * 1000;
    },
    viewers: async (count: number, next = 10) => {
      for (let i = 0; i < count; i += 1) {
        const time = collector.clock.now;
        await collector.metrics(metricsBody({ session: `s${i}`, time, next, counters: watched(10) }));
      }
    },
    server: (labels: Record<string, string>, more: Partial<Parameters<typeof metricsBody>[0]>) =>
      collector.metrics(
        metricsBody({ time: collector.clock.now, resource: { 'service.name': 'server' }, labels, ...more }),
      ),
  };
}

test('before anything was reported there is no data', async () => {
  const { alert } = await evening();
  expect(await alert('OriginSlow')).toMatchObject({ state: 'no_data', since: null, instances: [] });
  expect(await alert('StreamWentDark')).toMatchObject({ state: 'no_data' });
});

test('viewers that drop below 70 % of the peak fire after 30 s', async () => {
  const { at, viewers, state, alert } = await evening();
  for (let second = 0; second <= 60; second += 10) {
    at(second);
    await viewers(10);
  }
  expect(await state('ViewersDroppedSuddenly')).toBe('ok');
  for (let second = 70; second <= 100; second += 10) {
    at(second);
    await viewers(6);
  }
  expect(await state('ViewersDroppedSuddenly')).toBe('pending');
  for (let second = 110; second <= 120; second += 10) {
    at(second);
    await viewers(6);
  }
  const { instances } = await alert('ViewersDroppedSuddenly');
  expect(instances).toMatchObject([{ labels: { 'stream.id': 'demo' }, state: 'firing', value: 6, threshold: 7 }]);
  await viewers(10);
  at(126);
  await viewers(10);
  expect(await state('ViewersDroppedSuddenly')).toBe('ok');
});

test('a small audience may leave, unless the minimum peak says otherwise', async () => {
  for (const [minimumPeak, expected] of [
    [10, 'ok'],
    [5, 'firing'],
  ] as const) {
    const { at, viewers, state } = await evening({ thresholds: { minimumPeak } });
    await viewers(6);
    for (let second = 10; second <= 90; second += 10) {
      at(second);
      await viewers(1);
    }
    expect(await state('ViewersDroppedSuddenly')).toBe(expected);
  }
});

test('a stream goes dark when its sessions vanish without a word', async () => {
  const { at, viewers, state, alert } = await evening();
  await viewers(2);
  at(10);
  await viewers(2);
  expect(await state('StreamWentDark')).toBe('ok');
  at(35);
  expect(await state('StreamWentDark')).toBe('pending');
  at(45);
  const { since, instances } = await alert('StreamWentDark');
  expect(instances).toMatchObject([{ state: 'firing', value: 0, labels: { 'stream.id': 'demo' } }]);
  expect(since).toBe(instances[0].since);
  at(60);
  await viewers(1, 600);
  at(65);
  expect(await state('StreamWentDark')).toBe('ok');
});

test('loss of what an SFU sends fires, however clean what it receives is', async () => {
  const { at, server, alert } = await evening();
  for (let second = 5; second <= 70; second += 5) {
    at(second);
    await server(
      { 'stream.id': 'demo', protocol: 'webrtc' },
      {
        seconds: 5,
        counters: {
          'webrtc.rtp.packets.lost': [{ value: 5, labels: { direction: 'sent' } }],
          'webrtc.rtp.packets.received': [
            { value: 95, labels: { direction: 'sent' } },
            { value: 500, labels: { direction: 'received' } },
          ],
        },
      },
    );
  }
  const labels = { 'stream.id': 'demo', 'service.name': 'server', direction: 'sent' };
  expect((await alert('WebRTCPacketLossHigh')).instances).toMatchObject([{ state: 'firing', value: 0.05, labels }]);
});

test('the alerts on servers fire above or below their thresholds, by group', async () => {
  const { at, server, state, alert } = await evening({
    thresholds: { IngestBitrateLow: { demo: 3000 }, SegmentPublishSlow: 2000 },
  });
  for (let second = 5; second <= 60; second += 5) {
    at(second);
    const labels = { 'stream.id': 'demo', protocol: 'hls' };
    await server(labels, {
      histograms: {
        'livestream.ingest.bitrate': [2000, 3000],
        'livestream.segment.generation_latency': [1500],
        'livestream.origin.request_latency': [150],
      },
      counters: { 'webrtc.rtp.packets.lost': 5, 'webrtc.rtp.packets.received': 95 },
    });
    await server(
      { ...labels, 'request.type': 'manifest' },
      { seconds: 5.5, time: testStart + second * 1000 + 1, histograms: { 'livestream.origin.request_latency': [300] } },
    );
  }
  at(66);
  expect((await alert('IngestBitrateLow')).instances).toMatchObject([
    { state: 'firing', value: 2500, threshold: 3000 },
  ]);
  expect(await state('SegmentPublishSlow')).toBe('ok');
  const loss = await alert('WebRTCPacketLossHigh');
  expect(loss.instances).toMatchObject([{ state: 'firing', labels: { 'service.name': 'server' }, threshold: 0.03 }]);
  expect(loss.instances[0].value).toBeCloseTo(0.05);
  const slow = await alert('OriginSlow');
  expect(slow.instances).toHaveLength(1);
  expect(slow.instances[0]).toMatchObject({ state: 'firing', threshold: 0.2, labels: { 'request.type': 'manifest' } });
  expect(slow.instances[0].value).toBeGreaterThan(0.2);
  at(120);
  expect(await state('OriginSlow')).toBe('firing');
  at(300);
  expect(await state('OriginSlow')).toBe('ok');
});
