// A tab that is really hidden: the viewer is still there, listens, and must not be counted as gone or as stalled.
import { expect } from '@playwright/test';
import type { Snapshot } from 'playscope';
import type { RawBrowser } from './raw-browser.ts';
import { rawBrowser } from './raw-browser.ts';
import type { Stage } from './stage.ts';
import { test } from './stage.ts';

function openPlayer({ collector, stream, source }: Stage): string {
  const options = { endpoint: collector.url, streamId: stream, reportEveryMs: 2000 };
  return `{
    const video = document.querySelector('#video');
    // Chromium pauses what is muted in a hidden tab.
    video.muted = false;
    const driver = makePlayer({ autoplay: true });
    window.view = playscope.attach(driver.player, ${JSON.stringify(options)});
    driver.load('${source}');
    driver.attachMedia(video);
  }`;
}

async function playingTab(browser: RawBrowser, stage: Stage) {
  const tab = await browser.open(stage.pageUrl);
  await tab.activate();
  const snapshot = () => tab.evaluate<Snapshot>('window.view.snapshot()');
  await expect.poll(() => tab.evaluate(`'playscope' in window && 'makePlayer' in window`)).toBe(true);
  await tab.evaluate(openPlayer(stage));
  await expect.poll(async () => (await snapshot()).times.playing, { timeout: 20_000 }).toBeGreaterThan(2);
  return { tab, snapshot };
}

test('a hidden tab stays a viewer: time goes on, and nothing that is not seen is a stall', async ({ stage }) => {
  const browser = await rawBrowser();
  try {
    const { tab, snapshot } = await playingTab(browser, stage);

    const other = await browser.open('about:blank');
    await other.activate();
    await expect.poll(async () => (await snapshot()).hidden).toBe(true);
    const before = await snapshot();
    // Longer than a report at the usual period may be late: only the page's own word keeps it alive.
    await expect
      .poll(async () => (await snapshot()).elapsedSec - before.elapsedSec, { timeout: 25_000 })
      .toBeGreaterThan(12);
    expect((await stage.collector.viewers()).viewers).toBe(1);
    await tab.activate();
    await expect.poll(async () => (await snapshot()).hidden).toBe(false);
    const after = await snapshot();

    expect(after.stalls.count).toBe(0);
    const elapsed = after.elapsedSec - before.elapsedSec;
    const present = after.times.playing - before.times.playing;
    expect(Math.abs(present - elapsed) / elapsed).toBeLessThan(0.01);
    const { starting, playing, seeking, stalled, paused } = after.times;
    await expect
      .poll(async () => (await stage.collector.viewers()).meanViewers, { timeout: 20_000 })
      .toBeGreaterThan(0.5);
    expect(starting + playing + seeking + stalled + paused).toBeLessThanOrEqual(after.elapsedSec + 0.001);
  } finally {
    await browser.close();
  }
});

test('back from the cache of pages: another viewing of the same session begins', async ({ stage }) => {
  const browser = await rawBrowser();
  try {
    const { tab, snapshot } = await playingTab(browser, stage);
    await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(1);

    await tab.evaluate(`window.addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted; })`);
    await tab.evaluate(`void (location.href = '${stage.site}/blank')`);
    await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(0);
    await stage.collector.span('livestream.player.session', ({ attributes }) => attributes['view.final'] === true);
    await tab.evaluate('void history.back()');
    await expect.poll(() => tab.evaluate('window.persisted')).toBe(true);
    await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(1);
    // Chromium has paused it on the way.
    await tab.evaluate(`void document.querySelector('#video').play()`);
    await expect.poll(async () => (await snapshot()).times.playing, { timeout: 20_000 }).toBeGreaterThan(1);
    const views = async () =>
      new Set((await stage.collector.spans()).map(({ attributes }) => attributes['view.id'])).size;
    await expect.poll(views, { timeout: 20_000 }).toBe(2);
  } finally {
    await browser.close();
  }
});
