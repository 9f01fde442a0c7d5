// An evening with WebRTC: the words of HLS and DASH for what a viewer sees, and the connection's own figures beside them.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { test } from './rtc-stage.ts';

/** What an application does by itself with its connection, before and after somebody attaches. */
async function listensItself(page: Page) {
  await page.addInitScript(() => {
    window.calls = 0;
    globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(Connection, args: [RTCConfiguration?]) {
        const pc = new Connection(...args);
        pc.onconnectionstatechange = () => {
          window.calls += 1;
        };
        return pc;
      },
    });
  });
}

test('a start, and a frozen picture that is a stall of cause webrtc', async ({ stage, page }) => {
  const viewer = await stage.watch(page);
  const started = await viewer.snapshot();
  expect(started).toMatchObject({ protocol: 'webrtc', player: 'webrtc', plays: 1, startup: { result: 'started' } });
  expect(started.webrtc).toMatchObject({ state: 'connected', disconnects: 0 });
  const startup = await stage.collector.span('livestream.player.startup');
  expect(startup.status).not.toBe('error');

  await viewer.fault({ effect: 'freeze', durationMs: 2000 });
  await viewer.until(({ stalls, state }) => stalls.durationSec > 1.7 && state === 'playing');
  const stall = await stage.collector.span('livestream.player.stall', ({ durationMs }) => durationMs > 1700);
  expect(stall.durationMs).toBeLessThan(3000);
  expect(stall.attributes['stall.cause']).toBe('webrtc');
  await viewer.detach();
  // A busy machine makes short ones besides.
  const { stalls } = await viewer.snapshot();
  await expect.poll(async () => (await stage.collector.summary())?.stallsByCause).toEqual({ webrtc: stalls.count });
  expect(await stage.collector.summary()).toMatchObject({ plays: 1, startup: { count: 1 } });
});

test('one packet of twenty lost: told within two intervals, and the alert fires', async ({ stage, page, build }) => {
  test.skip(build === 'script', 'the collector is the same for both builds');
  const viewer = await stage.watch(page);
  const ask = async (path: string) => (await fetch(`${stage.collector.url}${path}`)).json();
  const video = async () =>
    (await viewer.snapshot()).webrtc?.streams.find(
      ({ direction, kind }) => direction === 'received' && kind === 'video',
    );
  expect((await video())?.packetsLost).toBe(0);

  await viewer.fault({ effect: 'loss', value: 0.05, seed: 1 });
  const atLast = async () => {
    const { panels } = await ask(`/api/series?minutes=2&stream=${stage.stream}`);
    const players = panels.packetLoss.lines.filter(({ label }: { label: string }) => !label.includes('sfu'));
    return players.map(
      ({ values }: { values: (number | null)[] }) => values.filter((value) => value !== null).at(-1) ?? 0,
    )[0];
  };
  // Two looks of two seconds each, the report that follows, and the two steps of five seconds that a value looks back over.
  await expect.poll(atLast, { timeout: 15_000 }).toBeGreaterThan(0.04);
  expect(await atLast()).toBeLessThan(0.06);
  expect((await video())?.lossRatio).toBeCloseTo(0.05, 1);

  const alert = async () => {
    const { alerts } = await ask('/api/alerts');
    const { instances } = alerts.find(({ name }: { name: string }) => name === 'WebRTCPacketLossHigh');
    return instances.find(({ labels }: { labels: Record<string, string> }) => labels['stream.id'] === stage.stream);
  };
  await expect.poll(async () => (await alert())?.state, { timeout: 60_000 }).toBe('firing');
  expect((await alert()).value).toBeGreaterThan(0.03);
});

test('close() ends the connection once, and what the application hung on it stays', async ({ stage, page }) => {
  await listensItself(page);
  const viewer = await stage.watch(page);
  expect(await page.evaluate(() => window.calls)).toBeGreaterThan(0);
  const { connectedSec } = (await viewer.snapshot()).webrtc ?? {};
  await page.evaluate(() => window.pc.close());
  const last = await stage.collector.span(
    'webrtc.connection',
    ({ attributes }) => attributes['connection.final'] === true && attributes['connection.ended_by'] === 'closed',
  );
  expect(last.status).not.toBe('error');
  expect(last.durationMs / 1000).toBeGreaterThan(connectedSec ?? Number.NaN);
  await viewer.detach();
  const finals = (await stage.collector.spans()).filter(
    ({ name, attributes }) =>
      name === 'webrtc.connection' && attributes['connection.final'] === true && attributes['player.name'] === 'webrtc',
  );
  expect(finals.length).toBe(1);
  expect(await page.evaluate(() => Object.hasOwn(window.pc, 'close'))).toBe(false);
  expect(await page.evaluate(() => window.pc.onconnectionstatechange !== null)).toBe(true);
});

test('detached while it goes on: close is its own again, and the picture moves', async ({ stage, page }) => {
  const viewer = await stage.watch(page);
  expect(await page.evaluate(() => Object.hasOwn(window.pc, 'close'))).toBe(true);
  await viewer.detach();
  expect(await page.evaluate(() => [Object.hasOwn(window.pc, 'close'), window.pc.connectionState])).toEqual([
    false,
    'connected',
  ]);
  const shown = () => page.evaluate(() => window.video.getVideoPlaybackQuality().totalVideoFrames);
  const before = await shown();
  await expect.poll(shown).toBeGreaterThan(before + 10);
  const { attributes } = await stage.collector.span('webrtc.connection');
  expect(attributes['connection.ended_by']).toBe('detach');
});

test('a killed SFU ends the connection as failed', async ({ stage, page }) => {
  const viewer = await stage.watch(page);
  await viewer.fault({ effect: 'kill' });
  const { errors, webrtc } = await viewer.until(({ errors }) => errors.fatal !== null, 40_000);
  expect(errors).toEqual({ count: 1, fatal: 'connection_failed' });
  expect(webrtc).toMatchObject({ state: 'failed', disconnects: 1 });
  await page.evaluate(() => window.pc.close());
  const last = await stage.collector.span(
    'webrtc.connection',
    ({ attributes }) => attributes['connection.ended_by'] === 'failed',
  );
  expect(last.status).toBe('error');
  const { attributes } = await stage.collector.span('livestream.player.session');
  expect(attributes['view.ended_by']).toBe('error');
});

test('what the SFU did for a viewer is part of the trace of its connecting', async ({ stage, page }) => {
  await stage.watch(page);
  const connect = await stage.collector.span('webrtc.connect');
  const negotiation = await stage.collector.span(
    'webrtc.negotiation',
    ({ parentSpanId }) => parentSpanId === connect.spanId,
  );
  expect(negotiation.traceId).toBe(connect.traceId);
  expect(negotiation.startedAt).toBeGreaterThan(connect.startedAt - 5);
});
