// The page around the player: what leaves it, what stays behind, and that it notices nothing of us.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import { collectorApi } from './collector.ts';
import { test } from './stage.ts';

test('leaving the page during an export loses nothing', async ({ stage, page }) => {
  // A collector that takes its time: the export is under way when the page goes.
  const slow = await forwarder(stage.collector.url, 1500);
  const player = stage.players(page);
  await player.open({ options: { endpoint: slow.url } });
  await player.playing(1);
  await page.evaluate(() => {
    window.video.currentTime -= 2;
  });
  await player.until(({ seeks, state }) => seeks === 1 && state === 'playing');
  await expect.poll(slow.busy).toBe(true);
  const before = await player.snapshot();
  await page.goto(`${stage.site}/blank`);
  await stage.collector.span('livestream.player.startup');
  await stage.collector.span('livestream.player.seek');
  const last = await stage.collector.span(
    'livestream.player.session',
    ({ attributes }) => attributes['view.final'] === true,
  );
  expect(last.attributes['view.playing_s']).toBeGreaterThanOrEqual(before.times.playing - 0.1);
  await expect.poll(async () => (await stage.collector.summary())?.plays).toBe(1);
  await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(0);
  await slow.close();
});

test('a collector that is down costs the viewer nothing, and gets everything when it is back', async ({
  stage,
  page,
}) => {
  const port = await freePort();
  const player = stage.players(page);
  await player.open({ options: { endpoint: `http://localhost:${port}` } });
  const { stalls, requests } = await player.playing(6);
  expect({ stalls: stalls.count, failed: requests.failed }).toEqual({ stalls: 0, failed: 0 });
  const late = await startCollector({ port });
  const collector = collectorApi(late.url, stage.stream);
  // What has failed several times waits up to 30 s.
  await expect.poll(async () => (await collector.summary())?.plays, { timeout: 40_000 }).toBe(1);
  await collector.span('livestream.player.startup');
  expect((await player.snapshot()).lost).toBe(0);
  await late.close();
});

test('two players on a page: two sessions, one pipeline, one of them detached', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open();
  await page.evaluate(
    ({ streamId, source }) => {
      const second = document.querySelector('#second') as HTMLVideoElement;
      const other = window.makePlayer({ autoplay: true });
      const options = { endpoint: window.endpoint, streamId, reportEveryMs: 2000 };
      const otherView = window.playscope.attach(other.player as never, options);
      other.load(source);
      other.attachMedia(second);
      Object.assign(window, { other, otherView });
    },
    { streamId: stage.stream, source: stage.source },
  );
  await player.playing(2);
  await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(2);
  await page.evaluate(() => (window as unknown as { otherView: { detach(): Promise<void> } }).otherView.detach());
  await expect.poll(async () => (await stage.collector.viewers()).viewers).toBe(1);
  const sessions = new Set((await stage.collector.spans()).map(({ attributes }) => attributes['session.id']));
  expect(sessions.size).toBe(2);
  const { times } = await player.snapshot();
  await player.playing(times.playing + 1);
});

test('viewers: five pages are five, and when three have gone it is two', async ({ stage, context }) => {
  const pages = await Promise.all(Array.from({ length: 5 }, () => context.newPage()));
  const viewers = pages.map((page) => stage.players(page));
  await Promise.all(
    viewers.map(async (viewer) => {
      await viewer.open({ settings: { startsLowest: true } });
      // Five at once on a small machine.
      await viewer.shows(0);
    }),
  );
  await expect.poll(async () => (await stage.collector.viewers()).viewers, { timeout: 40_000 }).toBe(5);
  await Promise.all(pages.slice(0, 3).map((page) => page.close({ runBeforeUnload: false })));
  await expect.poll(async () => (await stage.collector.viewers()).viewers, { timeout: 25_000 }).toBe(2);
});

test('attached and detached a hundred times: nothing is left behind', async ({ stage, page }) => {
  const player = stage.players(page);
  const cdp = await page.context().newCDPSession(page);
  await player.open();
  await player.playing(1);
  await player.detach();
  expect(await page.evaluate(() => window.driver.leftovers())).toEqual([]);
  const cycle = async (times: number) => {
    await page.evaluate(
      async ({ times, stream }) => {
        for (let n = 0; n < times; n++) {
          const view = window.playscope.attach(window.driver.player as never, {
            endpoint: window.endpoint,
            streamId: stream,
          });
          await new Promise(requestAnimationFrame);
          await view.detach();
        }
      },
      { times, stream: stage.stream },
    );
    await cdp.send('HeapProfiler.collectGarbage');
    const { jsEventListeners, nodes } = await cdp.send('Memory.getDOMCounters');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    return { jsEventListeners, nodes, usedSize };
  };
  const before = await cycle(5);
  const after = await cycle(100);
  // Requests of the player that are under way or not yet collected have a handful each; a leak of ours would be 100 at least.
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(75);
  expect(after.usedSize - before.usedSize).toBeLessThan(1_500_000);
  const position = await page.evaluate(() => window.video.currentTime);
  await page.waitForFunction((from) => window.video.currentTime > from + 1, position);
  expect(player.complaints).toEqual([]);
});

test('a traceparent goes to allowed origins only, another for each attempt', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ options: { propagate: [stage.origin.url] } });
  await player.playing(4);
  const spans = await stage.collector.spans();
  const mine = new Set(spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`));
  // Other stories ask the same origin.
  const sent = async () =>
    (await stage.origin.requests()).flatMap(({ traceparent }) => (mine.has(String(traceparent)) ? [traceparent] : []));
  await expect.poll(async () => (await sent()).length).toBeGreaterThan(3);
  const arrived = await sent();
  expect(new Set(arrived).size).toBe(arrived.length);
});

test('by default nothing is added to requests of another origin', async ({ stage, page }) => {
  const headers: Record<string, string>[] = [];
  page.on('request', (request) => request.url().startsWith(stage.origin.url) && headers.push(request.headers()));
  const player = stage.players(page);
  await player.open();
  await player.playing(2);
  expect(headers.length).toBeGreaterThan(5);
  expect(headers.filter((sent) => 'traceparent' in sent)).toEqual([]);
});

test('an unsampled session sends spans only when it is troubled, then also what led to it', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ options: { sampleRatio: 0 }, settings: { bufferSec: 4, segmentsBehindLive: 2 } });
  await player.playing(3);
  await expect.poll(async () => (await stage.collector.summary())?.plays).toBe(1);
  expect(await stage.collector.spans()).toEqual([]);
  await stage.origin.fault({ match: '.m4s', effect: 'hang' });
  await player.until(({ stalls }) => (stalls.current?.durationSec ?? 0) > 0.5);
  await stage.origin.heal();
  const stall = await stage.collector.span('livestream.player.stall');
  expect(stall.attributes['sampling.reason']).toBe('stall');
  await stage.collector.span('livestream.player.startup');
});

test('wrong use: one sentence, and the player does not notice', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ options: { reportEveryMs: 5 } });
  await page.waitForFunction(() => window.video.currentTime > 1);
  expect(player.complaints).toEqual([
    'playscope: reportEveryMs must be a number of milliseconds from 1000 to 120000, received 5. Nothing is measured.',
  ]);
});

/** Hands requests on to a collector, each after a while. */
async function forwarder(to: string, delayMs: number) {
  let under = 0;
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    if (request.method === 'OPTIONS') {
      response.writeHead(204, cors).end();
      return;
    }
    under += 1;
    const { 'content-encoding': encoding, 'content-type': type = 'application/json' } = request.headers;
    await new Promise((later) => setTimeout(later, delayMs));
    // What the page gave up must not arrive by this way.
    if (!response.destroyed) {
      await fetch(`${to}${request.url}`, {
        method: 'POST',
        body: Buffer.concat(chunks),
        headers: { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) },
      });
    }
    under -= 1;
    response.writeHead(200, { ...cors, 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((ready) => server.listen(0, ready));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    busy: () => under > 0,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

test('a hostile page under a strict policy sees nothing of us', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ company: 'hostile', settings: { modest: true } });
  await page.waitForFunction(() => window.video.currentTime > 0);
  const from = await page.evaluate(() => window.video.currentTime);
  await page.waitForFunction((at) => window.video.currentTime > at + 5, from);
  expect(player.complaints).toEqual([]);
  expect(await page.evaluate(() => window.hostSpans)).toEqual(['page']);
  // What it does not forbid is measured all the same.
  const span = await stage.collector.span('livestream.player.startup');
  expect(span.parentSpanId).toBeNull();
  await page.evaluate(() => window.view.detach());
});
