// The same figures from every supported version of a player: loaders, retries and error handling differ between them.
import { expect } from '@playwright/test';
import { protocols } from './protocol.ts';
import type { Stage } from './stage.ts';
import { test as base } from './stage.ts';
import { stallOn } from './withheld.ts';

// Their own files by script tag, as they are published; the ESM build of the newest one has the other stories.
const versions = [
  { protocol: 'hls', player: 'hls15', version: '1.5' },
  { protocol: 'hls', player: 'hls16', version: '1.6' },
  { protocol: 'hls', player: 'hls', version: '1.7' },
  { protocol: 'dash', player: 'dash', version: '5.2' },
  { protocol: 'dash', player: 'dash4', version: '4.7' },
] as const;
const test = base.extend({ build: 'script' });

/** Attempts at segments that this fault met, as the origin counts them. */
async function met({ origin }: Stage, fault: string): Promise<number> {
  return (await origin.faultLog()).filter((entry) => entry.fault === fault).length;
}

for (const { protocol, player: name, version } of versions) {
  test.describe(`${protocols[protocol].player} ${version}`, () => {
    test.use({ protocol });

    test('starts, with a span for each kind of object', async ({ stage, page }) => {
      const player = stage.players(page);
      await player.open({ player: name });
      const { startup, plays, liveLatencySec } = await player.playing(2);
      expect((await page.evaluate(() => window.driver.version)).startsWith(`${version}.`)).toBe(true);
      expect({ result: startup.result, plays }).toEqual({ result: 'started', plays: 1 });
      const seen = await page.evaluate(() => (window.eye.firstFrameAt() ?? 0) - window.asked);
      expect(Math.abs((startup.durationSec ?? 0) * 1000 - seen)).toBeLessThan(250);
      expect(liveLatencySec).toBeGreaterThan(2);
      const span = await stage.collector.span('livestream.player.startup');
      const children = (await stage.collector.spans()).filter(({ parentSpanId }) => parentSpanId === span.spanId);
      const types = new Set(children.map(({ attributes }) => attributes['object.type']));
      expect([...types].sort()).toEqual(['audio', 'init', 'manifest', 'video']);
      expect(player.complaints).toEqual([]);
    });

    test('counts each attempt at a missing or failing segment once, and knows retries', async ({ stage, page }) => {
      const player = stage.players(page);
      await player.open({
        player: name,
        settings: { retries: { segment: 6, delayMs: 100 } },
      });
      await player.playing(1);
      const missing = await stage.origin.fault({ match: '/live/v*/seg-*', effect: 'status', value: 404, count: 1 });
      await player.until(({ requests }) => requests.failed >= 1);
      const failing = await stage.origin.fault({ match: '/live/*/seg-*', effect: 'status', value: 503, count: 3 });
      await expect.poll(() => met(stage, failing)).toBe(3);
      await player.playing((await player.snapshot()).times.playing + 3);
      const { errors, requests } = await player.snapshot();
      expect(await met(stage, missing)).toBe(1);
      expect({ errors, failed: requests.failed }).toEqual({ errors: { count: 4, fatal: null }, failed: 4 });

      const failed = async () =>
        (await stage.collector.spans()).filter(({ attributes }) => attributes['fetch.result'] === 'failed');
      await expect.poll(async () => (await failed()).length).toBe(4);
      const types = (await failed()).map(({ attributes }) => attributes['error.type']).sort();
      expect(types).toEqual(['http_404', 'http_503', 'http_503', 'http_503']);
      // The one that got through says how many did not.
      await stage.collector.span(
        'livestream.segment.fetch',
        ({ attributes }) =>
          attributes['fetch.result'] === 'ok' && Number(attributes['http.request.resend_count'] ?? 0) >= 1,
      );
    });

    test('measures the stall that withheld segments make', async ({ stage, page }) => {
      const player = stage.players(page);
      await player.open({ player: name, settings: { bufferSec: 4, segmentsBehindLive: 2 } });
      const { stalls } = await stallOn('.m4s', stage, player);
      const gaps = await player.gaps(500);
      expect(gaps).toHaveLength(1);
      expect(Math.abs(stalls.durationSec * 1000 - (gaps[0]?.ms ?? 0))).toBeLessThan(150);
      const span = await stage.collector.span('livestream.player.stall');
      expect(span.attributes['stall.cause']).toBe('network');
    });

    test('tells a switch when it is on screen', async ({ stage, page }) => {
      const player = stage.players(page);
      await player.open({ player: name, settings: { startsLowest: true, bufferSec: 4 } });
      const renditions = await player.shows(0);
      const low = renditions[0]?.bitrate;
      const { switches: before } = await player.until(
        ({ rendition, times }) => rendition?.bitrate === low && times.playing > 0.5,
      );
      await player.shows(renditions.length - 1);
      const top = renditions.at(-1)?.bitrate;
      const { switches, rendition } = await player.until((snapshot) => snapshot.rendition?.bitrate === top);
      expect(switches.up).toBe(before.up + 1);
      await expect.poll(() => page.evaluate(() => window.video.videoHeight)).toBe(rendition?.height);
    });

    test('is as it was made after a detach', async ({ stage, page }) => {
      const player = stage.players(page);
      await player.open({ player: name, play: false });
      await page.waitForFunction(() => window.driver.renditions().length > 1);
      const leftovers = () => page.evaluate(() => window.driver.leftovers());
      expect(await leftovers()).not.toEqual([]);
      await player.detach();
      expect(await leftovers()).toEqual([]);
      const position = await page.evaluate(async () => {
        await window.video.play();
        return window.video.currentTime;
      });
      await page.waitForFunction((from) => window.video.currentTime > from + 1, position);
      expect(player.complaints).toEqual([]);
    });
  });
}
