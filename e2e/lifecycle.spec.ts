// What a page does with its player over an evening: another source, no picture for a while, jumps, the end.
import { expect } from '@playwright/test';
import type { Span } from './collector.ts';
import { countsWhatTheEdgeSaw } from './edge-counts.ts';
import type { Stage } from './stage.ts';
import { test } from './stage.ts';

/** The closing words of the viewings that are over. */
async function ends({ collector }: Stage): Promise<Span['attributes'][]> {
  const spans = await collector.spans();
  return spans.map(({ attributes }) => attributes).filter((attributes) => attributes['view.final'] === true);
}

for (const attachAfter of [undefined, 'load', 'attachMedia'] as const) {
  test(`attached ${attachAfter ? `after ${attachAfter}` : 'before everything'}: the whole start`, async ({
    stage,
    page,
  }) => {
    const player = stage.players(page);
    await player.open({ source: stage.edge.source, ...(attachAfter && { attachAfter }) });
    const { startup, plays } = await player.playing(2);
    expect({ result: startup.result, plays }).toEqual({ result: 'started', plays: 1 });
    await countsWhatTheEdgeSaw(player, stage);
    await stage.collector.span('livestream.manifest.fetch', ({ attributes }) =>
      String(attributes['url.full']).endsWith(stage.protocol.manifest),
    );
  });
}

test('two sources one after the other are two viewings of one session', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ source: stage.edge.source });
  await player.playing(2);
  const frames = await page.evaluate((second) => {
    window.driver.load(second);
    return window.eye.painted();
  }, stage.source);
  await page.waitForFunction((before) => window.eye.painted() > before + 25, frames);
  const { plays, stalls, seeks, errors, startup, elapsedSec, times } = await player.playing(1);
  expect({ plays, seeks, stalls: stalls.count, errors: errors.count }).toEqual({
    plays: 1,
    seeks: 0,
    stalls: 0,
    errors: 0,
  });
  expect(startup.result).toBe('started');
  expect(times.playing).toBeLessThan(elapsedSec + 0.001);
  await player.detach();
  await expect.poll(async () => (await ends(stage)).length).toBe(2);
  const [first, second] = await ends(stage);
  expect(first).toMatchObject({ 'view.plays': 1, 'view.stalls': 0, 'view.seeks': 0, 'view.errors': 0 });
  expect(first?.['view.id']).not.toBe(second?.['view.id']);
  expect(first?.['session.id']).toBe(second?.['session.id']);
  await expect.poll(async () => (await stage.collector.summary())?.plays).toBe(2);
});

test('an element that is taken away and given back: one viewing, without a stall or a seek', async ({
  stage,
  page,
}) => {
  const player = stage.players(page);
  await player.open();
  await player.playing(2);
  await page.evaluate(() => window.driver.detachMedia());
  const away = await player.until(({ state, times }) => state === 'paused' && times.paused > 0.5);
  const frames = await page.evaluate(() => {
    window.driver.attachMedia(window.video);
    return window.eye.painted();
  });
  await page.waitForFunction((before) => window.eye.painted() > before + 25, frames);
  const { plays, stalls, seeks, errors, startup } = await player.playing(away.times.playing + 1);
  expect({ plays, seeks, stalls: stalls.count, errors, started: startup.result }).toEqual({
    plays: 1,
    seeks: 0,
    stalls: 0,
    errors: { count: 0, fatal: null },
    started: 'started',
  });
  await player.detach();
  await expect.poll(async () => (await ends(stage)).length).toBe(1);
});

test('requests that a jump makes useless are aborted, not failed', async ({ stage, page }) => {
  const cancelled: string[] = [];
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'net::ERR_ABORTED') cancelled.push(request.url());
  });
  const player = stage.players(page);
  await player.open({ settings: { bufferSec: 6 } });
  await player.playing(3);
  const fault = await stage.origin.fault({ match: '/live/**/seg-*', effect: 'hang' });
  await expect
    .poll(async () => (await stage.origin.faultLog()).filter((entry) => entry.fault === fault).length)
    .toBeGreaterThan(0);
  await page.evaluate(() => {
    window.video.currentTime -= 8;
  });
  await expect.poll(() => cancelled.length).toBeGreaterThan(0);
  await stage.origin.heal();
  const { times } = await player.until(({ seeks, state }) => seeks === 1 && state === 'playing');
  const { requests, errors, stalls } = await player.playing(times.playing + 1);
  expect({ errors: errors.count, failed: requests.failed, stalls: stalls.count }).toEqual({
    errors: 0,
    failed: 0,
    stalls: 0,
  });
  await expect.poll(async () => (await player.snapshot()).requests.aborted - cancelled.length).toBe(0);
  const aborted = await stage.collector.span(
    'livestream.segment.fetch',
    ({ attributes }) => attributes['fetch.result'] === 'aborted',
  );
  expect(aborted.attributes['error.type']).toBeUndefined();
  expect(cancelled).toContain(aborted.attributes['url.full']);
});

test('the end of a stream is the end of its viewing, and no stall', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ source: stage.origin.url + stage.protocol.onDemand });
  await player.playing(1);
  await page.evaluate(() => {
    window.video.currentTime = window.video.duration - 3;
  });
  const { stalls, seeks, errors, liveLatencySec } = await player.until(({ state }) => state === 'ended');
  expect(await page.evaluate(() => window.video.ended)).toBe(true);
  expect({ seeks, stalls: stalls.count, errors: errors.count, liveLatencySec }).toEqual({
    seeks: 1,
    stalls: 0,
    errors: 0,
    liveLatencySec: null,
  });
  await stage.collector.span(
    'livestream.player.session',
    ({ attributes }) => attributes['view.final'] === true && attributes['view.ended_by'] === 'ended',
  );
});

test('destroy ends the session, sends what is left and lets go of the player', async ({ stage, page }) => {
  const player = stage.players(page);
  // No report in time: only the end can send anything.
  await player.open({ options: { reportEveryMs: 100_000 } });
  const { times } = await player.playing(2);
  await page.evaluate(() => window.driver.destroy());
  const last = await stage.collector.span(
    'livestream.player.session',
    ({ attributes }) => attributes['view.final'] === true,
  );
  expect(last.attributes['view.playing_s']).toBeGreaterThanOrEqual(times.playing - 0.1);
  await expect.poll(async () => (await stage.collector.summary())?.plays).toBe(1);
  await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(0);
  expect(await page.evaluate(() => window.driver.leftovers())).toEqual([]);
  expect(player.complaints).toEqual([]);
});
