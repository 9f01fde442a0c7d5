// The same figures from every supported hls.js: the loaders, their retries and the error handling differ between them.
import { expect } from '@playwright/test';
import type { Stage } from './stage.ts';
import { test as base } from './stage.ts';

// Their own files by script tag, as they are published; the ESM build of the newest one has the other stories.
const versions = { '1.5': 'hls15', '1.6': 'hls16', '1.7': undefined } as const;
const test = base.extend({ build: 'script' });

/** Attempts at segments that this fault met, as the origin counts them. */
async function met({ origin }: Stage, fault: string): Promise<number> {
  return (await origin.faultLog()).filter((entry) => entry.fault === fault).length;
}

for (const [version, variant] of Object.entries(versions)) {
  const page = variant ? { player: variant } : {};

  test.describe(`hls.js ${version}`, () => {
    test('starts, with a span for each kind of object', async ({ stage, page: tab }) => {
      const player = stage.players(tab);
      await player.open(page);
      const { startup, plays, liveLatencySec } = await player.playing(2);
      expect(await tab.evaluate(() => window.Hls.version)).toMatch(new RegExp(`^${version.replace('.', '\\.')}\\.`));
      expect({ result: startup.result, plays }).toEqual({ result: 'started', plays: 1 });
      const seen = await tab.evaluate(() => (window.eye.firstFrameAt() ?? 0) - window.asked);
      expect(Math.abs((startup.durationSec ?? 0) * 1000 - seen)).toBeLessThan(250);
      expect(liveLatencySec).toBeGreaterThan(2);
      const span = await stage.collector.span('livestream.player.startup');
      const children = (await stage.collector.spans()).filter(({ parentSpanId }) => parentSpanId === span.spanId);
      const types = new Set(children.map(({ attributes }) => attributes['object.type']));
      expect([...types].sort()).toEqual(['audio', 'init', 'manifest', 'video']);
      expect(player.complaints).toEqual([]);
    });

    test('counts each attempt at a missing or failing segment once, and knows retries', async ({
      stage,
      page: tab,
    }) => {
      const player = stage.players(tab);
      await player.open({
        ...page,
        own: {
          fragLoadPolicy: {
            default: {
              maxTimeToFirstByteMs: 10_000,
              maxLoadTimeMs: 20_000,
              timeoutRetry: null,
              errorRetry: { maxNumRetry: 6, retryDelayMs: 100, maxRetryDelayMs: 200 },
            },
          },
        },
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

    test('measures the stall that withheld segments make', async ({ stage, page: tab }) => {
      const player = stage.players(tab);
      await player.open({ ...page, settings: { bufferSec: 4, segmentsBehindLive: 2 } });
      await player.playing(2);
      await stage.origin.fault({ match: '.m4s', effect: 'hang' });
      await player.until(({ stalls }) => (stalls.current?.durationSec ?? 0) > 1.5);
      await stage.origin.heal();
      const { stalls } = await player.until(({ stalls }) => stalls.count === 1 && stalls.current === null);
      await player.playing((await player.snapshot()).times.playing + 1);
      const gaps = await player.gaps(500);
      expect(gaps).toHaveLength(1);
      expect(Math.abs(stalls.durationSec * 1000 - (gaps[0]?.ms ?? 0))).toBeLessThan(150);
      const span = await stage.collector.span('livestream.player.stall');
      expect(span.attributes['stall.cause']).toBe('network');
    });

    test('tells a switch when it is on screen', async ({ stage, page: tab }) => {
      const player = stage.players(tab);
      await player.open({ ...page, settings: { startsLowest: true, bufferSec: 4 } });
      await tab.waitForFunction(() => window.hls.levels.length > 1);
      await tab.evaluate(() => {
        window.hls.nextLevel = 0;
      });
      await player.until(({ rendition, times }) => rendition?.height === 180 && times.playing > 0.5);
      const { before, top } = await tab.evaluate(() => {
        window.hls.nextLevel = window.hls.levels.length - 1;
        return { before: window.view.snapshot().switches.up, top: window.hls.levels.at(-1)?.bitrate };
      });
      const { switches, rendition } = await player.until((snapshot) => snapshot.rendition?.bitrate === top);
      expect(switches.up).toBe(before + 1);
      await expect.poll(() => tab.evaluate(() => window.video.videoHeight)).toBe(rendition?.height);
    });

    test('has its loaders back after a detach', async ({ stage, page: tab }) => {
      const player = stage.players(tab);
      await player.open({ ...page, play: false });
      await tab.waitForFunction(() => window.hls.levels.length > 1);
      const slots = () =>
        tab.evaluate(() => {
          const { loader, fLoader, pLoader, xhrSetup, fetchSetup } = window.hls.config;
          return [loader === window.Hls.DefaultConfig.loader, fLoader, pLoader, xhrSetup, fetchSetup];
        });
      expect((await slots())[0]).toBe(false);
      await player.detach();
      expect(await slots()).toEqual([true, undefined, undefined, undefined, undefined]);
      const position = await tab.evaluate(async () => {
        await window.video.play();
        return window.video.currentTime;
      });
      await tab.waitForFunction((from) => window.video.currentTime > from + 1, position);
      expect(player.complaints).toEqual([]);
    });
  });
}
