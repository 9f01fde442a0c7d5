// What a viewer goes through, measured by the SDK and held against what the eye and the origin saw. Timings of single
// state changes are proved in the unit tests of src/core; here is that real players and browsers lead to them.
import { expect } from '@playwright/test';
import { test } from './stage.ts';
import { stallOn } from './withheld.ts';

test('startup: from the play request to the first frame, with its fetches as children', async ({ stage, page }) => {
  const player = stage.players(page);
  // Late enough to show that the viewer's wait begins with it.
  await stage.origin.fault({ match: stage.protocol.manifest, effect: 'delay', value: 700, count: 1 });
  await player.open();
  const { startup, plays, protocol, liveLatencySec } = await player.playing(2);
  const askedAndSeen = await page.evaluate(() => ({ first: window.eye.firstFrameAt() ?? 0, asked: window.asked }));
  expect(Math.abs((startup.durationSec ?? 0) * 1000 - (askedAndSeen.first - askedAndSeen.asked))).toBeLessThan(250);
  expect({ plays, protocol }).toEqual({ plays: 1, protocol: stage.protocol.name });
  expect(liveLatencySec).toBeGreaterThan(2);
  expect(liveLatencySec).toBeLessThan(30);

  const span = await stage.collector.span('livestream.player.startup');
  expect(span.attributes).toMatchObject({
    'startup.result': 'started',
    'stream.id': stage.stream,
    protocol: stage.protocol.name,
  });
  const children = (await stage.collector.spans()).filter(({ parentSpanId }) => parentSpanId === span.spanId);
  const types = new Set(children.map(({ attributes }) => attributes['object.type']));
  expect([...types].sort()).toEqual(['audio', 'init', 'manifest', 'video']);
  await expect.poll(async () => (await stage.collector.summary())?.startup.count).toBe(1);
});

test('stall: withheld segments freeze the picture; start, length and cause are right', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ settings: { bufferSec: 4, segmentsBehindLive: 2 } });
  const { stalls } = await stallOn('.m4s', stage, player);

  const [gap, ...more] = await player.gaps(500);
  expect(more).toEqual([]);
  expect(Math.abs(stalls.durationSec * 1000 - (gap?.ms ?? 0))).toBeLessThan(150);
  const span = await stage.collector.span('livestream.player.stall');
  expect(span.attributes).toMatchObject({ 'stall.cause': 'network', 'stall.ended_by': 'playing' });
  expect(Math.abs(span.durationMs - (gap?.ms ?? 0))).toBeLessThan(150);
  const fetches = (await stage.collector.spans()).filter(({ name }) => name === 'livestream.segment.fetch');
  const linked = fetches.find(({ spanId }) => span.links.some((link) => link.spanId === spanId));
  expect(linked?.durationMs).toBeGreaterThan(1000);
  await expect.poll(async () => (await stage.collector.summary())?.stallsByCause.network).toBe(1);
});

test('stall at the live edge: nothing new was published, and nobody was slow', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ settings: { segmentsBehindLive: 1 } });
  await player.playing(2);
  await stage.origin.fault({ match: stage.protocol.refreshed, effect: 'stale' });
  await player.until(({ stalls }) => stalls.current !== null, 45_000);
  await stage.origin.heal();
  await player.until(({ stalls }) => stalls.count > 0 && stalls.current === null);
  const span = await stage.collector.span('livestream.player.stall');
  expect(span.attributes['stall.cause']).toBe('live_edge');
});

test('seek: into the buffer and out of it, never a stall', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open();
  await player.playing(3);
  for (const [seeks, by] of [
    [1, 1],
    [2, -8],
  ] as const) {
    await page.evaluate((seconds) => {
      window.video.currentTime += seconds;
    }, by);
    await player.until((snapshot) => snapshot.seeks === seeks && snapshot.state === 'playing');
  }
  const { stalls, seeks } = await player.playing((await player.snapshot()).times.playing + 2);
  expect({ stalls: stalls.count, seeks }).toEqual({ stalls: 0, seeks: 2 });
  await stage.collector.span('livestream.player.seek');
});

test('pause and resume: paused time is neither watched nor stalled', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open();
  await player.playing(1);
  await page.evaluate(() => window.video.pause());
  await player.until(({ times }) => times.paused > 1);
  await page.evaluate(() => window.video.play());
  const { stalls, plays, state } = await player.until((snapshot) => snapshot.times.playing > 3);
  expect({ stalls: stalls.count, plays, state }).toEqual({ stalls: 0, plays: 1, state: 'playing' });
});

test('a segment that is missing and one that fails: each attempt once, playback goes on', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open();
  await player.playing(1);
  await stage.origin.fault({ match: '/live/v*/seg-*', effect: 'status', value: 404, count: 1 });
  await player.until(({ requests }) => requests.failed >= 1);
  await stage.origin.fault({ match: '/live/v*/seg-*', effect: 'status', value: 500, count: 1 });
  await player.until(({ requests }) => requests.failed >= 2);
  const { errors } = await player.playing((await player.snapshot()).times.playing + 3);
  expect(errors).toEqual({ count: 2, fatal: null });

  const missing = await stage.collector.span(
    'livestream.segment.fetch',
    (span) => span.attributes['http.response.status_code'] === 404,
  );
  expect(missing).toMatchObject({
    status: 'error',
    attributes: { 'error.type': 'http_404', 'fetch.result': 'failed' },
  });
  await stage.collector.span('livestream.segment.fetch', (span) => span.attributes['error.type'] === 'http_500');
  await expect
    .poll(async () =>
      (await stage.collector.summary())?.errors.map(({ type, fatal, count }) => [type, fatal, count]).sort(),
    )
    .toEqual([
      ['http_404', false, 1],
      ['http_500', false, 1],
    ]);
  const injected = (await stage.origin.faultLog()).filter(({ effect }) => effect === 'status');
  expect(injected.length).toBeGreaterThanOrEqual(2);
});

test('a stream that is not there: a failed start, and one fatal error', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({
    source: stage.origin.url + stage.protocol.missing,
    settings: { retries: { manifest: 0, delayMs: 100 } },
  });
  const { state, errors, startup } = await player.until(
    (snapshot) => snapshot.state === 'failed' && snapshot.startup.result === 'failed',
  );
  expect({ state, fatal: errors.fatal, startup: startup.result }).toEqual({
    state: 'failed',
    fatal: 'http_404',
    startup: 'failed',
  });
  const span = await stage.collector.span('livestream.player.startup');
  expect(span).toMatchObject({ status: 'error', attributes: { 'startup.result': 'failed' } });
  await expect
    .poll(async () => (await stage.collector.summary())?.errors.filter(({ fatal }) => fatal))
    .toMatchObject([{ type: 'http_404', count: 1 }]);
});

test('quality: the switch is told when it is on screen, and the average bitrate follows', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ settings: { startsLowest: true, bufferSec: 4 } });
  const renditions = await player.shows(0);
  const [low, top] = [renditions[0]?.bitrate ?? 0, renditions.at(-1)?.bitrate ?? 0];
  const { switches: before } = await player.until(
    ({ rendition, times }) => rendition?.bitrate === low && times.playing > 1,
  );
  await player.shows(renditions.length - 1);
  const { switches, rendition } = await player.until((snapshot) => snapshot.rendition?.bitrate === top);
  expect(switches.up).toBe(before.up + 1);
  await expect.poll(() => page.evaluate(() => window.video.videoHeight)).toBe(rendition?.height);
  const { media } = await player.playing((await player.snapshot()).times.playing + 2);
  expect(media.averageBitrate).toBeGreaterThan(low);
  expect(media.averageBitrate).toBeLessThan(top);
});

test('left before the first frame: an exit, not a failure', async ({ stage, page }) => {
  const player = stage.players(page);
  await stage.origin.fault({ match: '.m4s', effect: 'hang' });
  await player.open();
  await player.until(({ state, requests }) => state === 'starting' && requests.count >= 3);
  await page.goto(`${stage.site}/blank`);
  const span = await stage.collector.span('livestream.player.startup');
  expect(span).toMatchObject({ status: 'error', attributes: { 'startup.result': 'left' } });
  await expect.poll(async () => (await stage.collector.summary())?.exitsBeforeStart).toBe(1);
});

test('attached when it plays already: no startup figure, everything else', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ late: true });
  const { startup, plays, rendition, requests } = await player.until(
    ({ times, requests }) => times.playing > 2 && requests.count > 1,
  );
  expect({ startup, plays }).toEqual({ startup: { result: 'unseen', durationSec: null }, plays: 0 });
  expect(rendition?.height).toBeGreaterThan(0);
  expect(requests.last?.result).toBe('ok');
});

test('a plain video: what can be known is known, and the rest is named', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open();
  await player.playing(1);
  await page.evaluate((stream) => {
    const video = document.querySelector('#second') as HTMLVideoElement;
    const endpoint = window.endpoint;
    window.view = window.playscope.attach(video, { endpoint, streamId: stream, reportEveryMs: 2000 });
    window.driver.detachMedia();
    window.driver.attachMedia(video);
  }, stage.stream);
  const { protocol, player: name, blind, startup } = await player.playing(2);
  expect({ protocol, name, startup: startup.result }).toEqual({
    protocol: 'native',
    name: 'native',
    startup: 'started',
  });
  expect(blind).toContain('segment requests');
});
