// The page's own dash.js settings keep working while they are watched, and what they do is measured. The stream comes from
// the page's own origin, so that any header may be sent; what was sent is read where it arrived.
import { expect } from '@playwright/test';
import type { Asked } from './edge.ts';
import { countsWhatTheEdgeSaw } from './edge-counts.ts';
import type { Stage } from './stage.ts';
import { test } from './stage.ts';

/** What arrived through the player's loaders. */
function loaded({ edge, protocol }: Stage): Asked[] {
  return edge.asked().filter(({ path }) => !protocol.unwatched.includes(path));
}

/** Each has a traceparent of its own, but for the first, whose answer shows that the origin can take one. */
function carryOurs(sent: readonly Asked[]): void {
  const ids = sent.flatMap(({ headers }) => headers.traceparent ?? []);
  expect(ids.filter((id) => typeof id !== 'string' || !/^00-\w{32}-\w{16}-01$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(sent.length - 1);
}

test('reset() and a new beginning with the same source: watched as before, and the same viewing', async ({
  stage,
  page,
}) => {
  // As the page sees them: what is asked for again comes from its cache, and never arrives.
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/edge/') && !pathname.endsWith('/time')) asked.push(pathname);
  });
  const player = stage.players(page);
  await player.open({ source: stage.edge.source });
  await player.playing(2);
  const before = asked.length;
  const frames = await page.evaluate((source) => {
    window.dash.reset();
    window.dash.initialize(window.video, source, true);
    return window.eye.painted();
  }, stage.edge.source);
  await page.waitForFunction((painted) => window.eye.painted() > painted + 25, frames);
  expect(asked.slice(before).filter((path) => path.endsWith('.mpd')).length).toBeGreaterThan(0);
  const uncounted = async () => asked.length - (await player.snapshot()).requests.count;
  await expect.poll(uncounted, { intervals: [50] }).toBe(0);
  carryOurs(loaded(stage));
  const { plays, stalls, seeks, errors } = await player.snapshot();
  expect({ plays, seeks, stalls: stalls.count, errors: errors.count }).toEqual({
    plays: 1,
    seeks: 0,
    stalls: 0,
    errors: 0,
  });
  await player.detach();
  expect(await page.evaluate(() => window.driver.leftovers())).toEqual([]);
  await stage.collector.span('livestream.player.session', ({ attributes }) => attributes['view.final'] === true);
  const views = new Set((await stage.collector.spans()).map(({ attributes }) => attributes['view.id']));
  expect(views.size).toBe(1);
});

test('an asynchronous interceptor of the page is called as often with us as without', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({
    source: stage.edge.source,
    prepare() {
      const { makePlayer } = window;
      window.calls = 0;
      window.makePlayer = (...given) => {
        const driver = makePlayer(...given);
        (driver.player as typeof window.dash).addRequestInterceptor(async (request) => {
          window.calls += 1;
          await new Promise(requestAnimationFrame);
          return { ...request, headers: { ...request.headers, 'x-ticket': 'green' } };
        });
        return driver;
      };
    },
  });
  await player.playing(2);
  expect(new Set(loaded(stage).map(({ headers }) => headers['x-ticket']))).toEqual(new Set(['green']));
  carryOurs(loaded(stage));
  await countsWhatTheEdgeSaw(player, stage);
  const uncalled = async () => (await page.evaluate(() => window.calls)) - loaded(stage).length;
  await expect.poll(uncalled, { intervals: [50] }).toBe(0);
  expect(player.complaints).toEqual([]);
});

test('a traceparent that the page sets itself goes out alone; elsewhere ours does', async ({ stage, page }) => {
  const player = stage.players(page);
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await player.open({
    source: stage.edge.source,
    prepare() {
      const { makePlayer } = window;
      window.makePlayer = (...given) => {
        const driver = makePlayer(...given);
        (driver.player as typeof window.dash).addRequestInterceptor(async (request) => {
          if (!request.url.includes('/audio/')) return request;
          const ticket = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
          return { ...request, headers: { ...request.headers, Traceparent: ticket } };
        });
        return driver;
      };
    },
  });
  await player.playing(3);
  const isAudio = ({ path }: Asked) => path.includes('/audio/');
  const audio = loaded(stage).filter(isAudio);
  expect(audio.length).toBeGreaterThan(2);
  expect(new Set(audio.map(({ headers }) => headers.traceparent))).toEqual(new Set([own]));
  carryOurs(loaded(stage).filter((asked) => !isAudio(asked)));
});

for (const [mode, version] of [
  ['query', 1],
  ['headers', 1],
  ['query', 2],
] as const) {
  test(`CMCD ${version} by ${mode}: the player's own reports and ours side by side`, async ({ stage, page }) => {
    const player = stage.players(page);
    const sid = `story-${mode}-${version}`;
    await player.open({
      source: stage.edge.source,
      own: { streaming: { cmcd: { enabled: true, mode, version, sid, cid: 'hills' } } },
    });
    await player.playing(2);
    const segments = loaded(stage).filter(({ path }) => path.includes('/seg-'));
    expect(segments.length).toBeGreaterThan(3);
    const said = segments.map(({ query, headers }) => `${query.get('CMCD')} ${headers['cmcd-session']}`);
    expect(said.filter((text) => !text.includes(`sid="${sid}"`))).toEqual([]);
    carryOurs(loaded(stage));
    await countsWhatTheEdgeSaw(player, stage);
    const span = await stage.collector.span('livestream.segment.fetch');
    expect(String(span.attributes['url.full'])).not.toContain(sid);
  });
}
