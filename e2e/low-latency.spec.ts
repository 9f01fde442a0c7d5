// A stream whose newest part is asked for before it is there: waiting for it is how it works, not a slow network.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { test } from './stage.ts';

test.use({ lowLatency: true });

/** Wall clock minus capture of the frame that is on screen next, and what the SDK says meanwhile; seconds. */
function latencies(page: Page): Promise<{ seen: number; told: number | null }> {
  return page.evaluate(
    () =>
      new Promise((found) =>
        window.video.requestVideoFrameCallback((_, { mediaTime, expectedDisplayTime }) => {
          const shownAt = performance.timeOrigin + expectedDisplayTime;
          const seen = (shownAt - window.driver.capturedAt(mediaTime)) / 1000;
          found({ seen, told: window.view.snapshot().liveLatencySec });
        }),
      ),
  );
}

test('low latency: its figure is that of the frame on screen, and what is held back is not slow', async ({
  stage,
  page,
}) => {
  const player = stage.players(page);
  await player.open({ source: stage.origin.url + stage.protocol.lowLatency });
  const differences: number[] = [];
  for (const seconds of [3, 5, 7]) {
    await player.playing(seconds);
    const { seen, told } = await latencies(page);
    expect(seen).toBeGreaterThan(0.5);
    expect(seen).toBeLessThan(5);
    differences.push(Math.abs(seen - (told ?? Number.NaN)));
  }
  expect(differences.filter((difference) => !(difference < 0.2))).toEqual([]);
  const { stalls, errors, requests } = await player.snapshot();
  expect({ stalls: stalls.count, errors: errors.count, failed: requests.failed }).toEqual({
    stalls: 0,
    errors: 0,
    failed: 0,
  });
  const { span, mark } = stage.protocol.heldBack;
  await stage.collector.span(span, ({ attributes, durationMs }) => attributes[mark] === true && durationMs > 250);
  await expect.poll(async () => (await stage.collector.summary())?.fetch.count).toBeGreaterThan(0);
  expect((await stage.collector.summary())?.fetch.p50).toBeLessThan(0.25);
});

test('low latency: what an encoder that is late makes of the picture', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ source: stage.origin.url + stage.protocol.lowLatency });
  await player.playing(3);
  await stage.origin.fault({ match: '/ll/**', effect: 'late', value: 8000 });
  await player.until(({ stalls }) => (stalls.current?.durationSec ?? 0) > 1);
  await stage.origin.heal();
  await player.until(({ stalls }) => stalls.count > 0 && stalls.current === null);
  await player.playing((await player.snapshot()).times.playing + 3);

  // A player that goes on with the first part that it gets may stop again.
  const { stalls } = await player.snapshot();
  const gaps = await player.gaps(500);
  expect(stalls.count).toBe(gaps.length);
  const frozenMs = gaps.reduce((sum, { ms }) => sum + ms, 0);
  expect(Math.abs(stalls.durationSec * 1000 - frozenMs)).toBeLessThan(150 * gaps.length);
  const stall = await stage.collector.span('livestream.player.stall');
  expect(stall.attributes['stall.cause']).toBe(stage.protocol.lateEncoder);
});
