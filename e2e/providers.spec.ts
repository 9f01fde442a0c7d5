// What a page brings itself: its own OpenTelemetry, and a player in a frame of its own.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Providers } from './page/open-telemetry.ts';
import type { Stage } from './stage.ts';
import { test } from './stage.ts';

declare global {
  interface Window {
    openTelemetry(endpoint: string): Providers;
    collectorUrl: string;
  }
}

test('stock providers of the page carry the same figures, and nothing goes our own way', ownProviders);

test.describe('the parts alone', () => {
  test.use({ build: 'parts' });
  test('with stock providers of the page', ownProviders);
});

async function ownProviders({ stage, page }: { stage: Stage; page: Page }) {
  const player = stage.players(page);
  const exports: { url: string; encoding: string | undefined }[] = [];
  page.on('request', (request) => {
    if (/\/v1\/(metrics|traces)$/.test(request.url())) {
      exports.push({ url: request.url(), encoding: request.headers()['content-encoding'] });
    }
  });
  await page.addInitScript((url) => {
    window.collectorUrl = url;
  }, stage.collector.url);
  await player.open({
    company: 'open-telemetry',
    settings: { bufferSec: 4, segmentsBehindLive: 2 },
    prepare() {
      window.prepared = { options: { ...window.openTelemetry(window.collectorUrl), endpoint: undefined } };
    },
  });
  await player.playing(2);
  await stage.origin.fault({ match: '.m4s', effect: 'hang' });
  await player.until(({ stalls }) => (stalls.current?.durationSec ?? 0) > 0.5);
  await stage.origin.heal();
  await player.until(({ stalls }) => stalls.count === 1 && stalls.current === null);
  await expect
    .poll(async () => (await stage.collector.viewers()).meanViewers, { timeout: 40_000 })
    .toBeGreaterThan(0.5);

  const startup = await stage.collector.span('livestream.player.startup');
  const stall = await stage.collector.span('livestream.player.stall');
  const { sessionId, stalls, startup: started } = await player.snapshot();
  expect(startup.attributes).toMatchObject({ 'session.id': sessionId, 'startup.result': 'started' });
  expect(startup.attributes['startup.duration_s']).toBeCloseTo(started.durationSec ?? 0, 2);
  expect(stall.durationMs / 1000).toBeCloseTo(stalls.durationSec, 2);
  await expect
    .poll(async () => {
      const { plays, stalls, startup } = (await stage.collector.summary()) ?? {};
      return { plays, stalls, startups: startup?.count };
    })
    .toEqual({ plays: 1, stalls: 1, startups: 1 });
  // The stock exporters compress nothing in a browser, ours does; and a page that brings both has no other endpoint.
  expect(exports.filter(({ url, encoding }) => !url.startsWith(stage.collector.url) || encoding)).toEqual([]);
  expect(player.complaints).toEqual([]);
  await player.detach();
  await stage.collector.span('livestream.player.session', ({ attributes }) => attributes['view.final'] === true);
}

test('a player in a frame, attached from the page around it', async ({ stage, page }) => {
  const player = stage.players(page);
  await page.goto(stage.pageUrl);
  await page.evaluate((url) => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.id = 'inner';
    frame.src = url;
  }, stage.pageUrl);
  await page.waitForFunction(() => {
    const inner = document.querySelector<HTMLIFrameElement>('#inner')?.contentWindow;
    return inner && 'makePlayer' in inner && 'playscope' in window;
  });
  await page.evaluate(
    ({ endpoint, streamId, source }) => {
      const inner = document.querySelector<HTMLIFrameElement>('#inner')?.contentWindow as Window;
      inner.video = inner.document.querySelector('#video') as HTMLVideoElement;
      inner.driver = inner.makePlayer({ autoplay: true });
      window.view = window.playscope.attach(inner.driver.player as never, { endpoint, streamId, reportEveryMs: 2000 });
      inner.driver.load(source);
      inner.driver.attachMedia(inner.video);
    },
    { endpoint: stage.collector.url, streamId: stage.stream, source: stage.source },
  );
  const { startup, protocol, stalls, rendition, requests } = await player.playing(3);
  expect({ result: startup.result, protocol, stalls: stalls.count }).toEqual({
    result: 'started',
    protocol: stage.protocol.name,
    stalls: 0,
  });
  expect(rendition?.height).toBeGreaterThan(0);
  expect(requests.failed).toBe(0);
  await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(1);
  // The frame goes, and the view with it when the page says so.
  await player.detach();
  await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(0);
  expect(player.complaints).toEqual([]);
});
