// From a fetch to the origin's side of it, and to the publish that made the object: by what really travelled.
import { expect } from '@playwright/test';
import { findNginx } from '../scripts/browser.ts';
import { startCache } from './cache.ts';
import type { Span } from './collector.ts';
import { test } from './stage.ts';

test.use({ instrumented: true });

const isMedia = ({ name, attributes }: Span) =>
  name === 'livestream.segment.fetch' && attributes['object.type'] !== 'init' && attributes['fetch.result'] === 'ok';

/** Waits for the span that a link or a parent names; it comes from another process, whenever that reports. */
async function spanOf(collectorUrl: string, { traceId, spanId }: { traceId: string; spanId: string }): Promise<Span> {
  let found: Span | undefined;
  await expect(async () => {
    const answer = await fetch(`${collectorUrl}/api/traces/${traceId}`);
    const { spans = [] }: { spans?: Span[] } = answer.ok ? await answer.json() : {};
    found = spans.find((span) => span.spanId === spanId);
    expect(found, `span ${spanId} of trace ${traceId}`).toBeDefined();
  }).toPass({ timeout: 20_000, intervals: [200] });
  return found as Span;
}

test('across origins: no preflight, and every segment leads to the answer and to its publish', async ({
  stage,
  page,
}) => {
  const player = stage.players(page);
  await player.open();
  await player.playing(4);
  await player.detach();
  const media = (await stage.collector.spans()).filter(isMedia);
  expect(media.length).toBeGreaterThan(2);
  expect(new Set(media.map(({ attributes }) => attributes['join.grade']))).toEqual(new Set(['own']));
  for (const fetched of media.slice(-2)) {
    const linked = await Promise.all(fetched.links.map((link) => spanOf(stage.collector.url, link)));
    expect(linked.map(({ name }) => name)).toEqual(['livestream.origin.request', 'livestream.segment.publish']);
    const [answered, published] = linked;
    expect(answered?.attributes['request.path']).toBe(new URL(String(fetched.attributes['url.full'])).pathname);
    expect(published?.attributes['segment.sequence']).toBe(fetched.attributes['segment.sequence']);
    // One machine, one clock.
    const { 'clock.offset_ms': offset, 'clock.offset_error_ms': error } = fetched.attributes;
    expect(Math.abs(Number(offset))).toBeLessThanOrEqual(Number(error) + 2);
  }
  const asked = await stage.origin.requests();
  expect(asked.filter(({ method }) => method === 'OPTIONS')).toEqual([]);
});

test("from the page's own origin: the answer is part of the trace of the fetch", async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ source: stage.edge.source });
  await player.playing(4);
  await player.detach();
  const media = (await stage.collector.spans()).filter(isMedia);
  expect(new Set(media.map(({ attributes }) => attributes['join.grade']))).toEqual(new Set(['own']));
  const last = media.at(-1) as Span;
  // The other is that of the publish: a parent needs no link.
  expect(last.links).toHaveLength(1);
  let answered: Span | undefined;
  await expect(async () => {
    const { spans } = await (await fetch(`${stage.collector.url}/api/traces/${last.traceId}`)).json();
    answered = spans.find(({ parentSpanId }: Span) => parentSpanId === last.spanId);
    expect(answered?.name).toBe('livestream.origin.request');
  }).toPass({ timeout: 20_000, intervals: [200] });
});

test('from a cache: the answer is known to be an earlier one, and leads to the publish of its own object', async ({
  stage,
  page,
  context,
}) => {
  const nginx = findNginx();
  test.skip(!nginx, 'no nginx on this machine');
  const cache = await startCache(nginx as string, stage.origin.url);
  try {
    const source = cache.url + stage.protocol.manifest;
    const first = stage.players(page);
    await first.open({ source });
    await first.playing(5);
    const second = stage.players(await context.newPage());
    await second.open({ source });
    await second.playing(3);
    const { sessionId } = await second.snapshot();
    await Promise.all([first.detach(), second.detach()]);
    await stage.collector.span('livestream.player.session', ({ attributes }) => attributes['session.id'] === sessionId);
    const media = (await stage.collector.spans()).filter(isMedia);
    const replayed = media.filter(({ attributes }) => attributes['join.grade'] === 'replayed');
    // The second viewer began with what the first one had fetched.
    expect(replayed.filter(({ attributes }) => attributes['session.id'] === sessionId).length).toBeGreaterThan(1);
    expect(media.some(({ attributes }) => attributes['join.grade'] === 'own')).toBe(true);
    for (const fetched of replayed.slice(0, 3)) {
      const published = await spanOf(stage.collector.url, fetched.links.at(-1) as Span['links'][number]);
      expect(published.name).toBe('livestream.segment.publish');
      expect(published.attributes['segment.sequence']).toBe(fetched.attributes['segment.sequence']);
    }
  } finally {
    await cache.close();
  }
});

test('uploads that are slow make a stall, whose fetches lead to the step that was slow', async ({ stage, page }) => {
  test.setTimeout(120_000);
  const player = stage.players(page);
  await player.open();
  await player.playing(4);
  await stage.origin.fault({ match: '/live/', effect: 'slow-upload', value: 9000, durationMs: 25_000 });
  await player.until(({ stalls }) => stalls.count > 0, 60_000);
  await player.detach();
  const { attributes, startedAt, durationMs } = await stage.collector.span('livestream.player.stall');
  expect(attributes['stall.cause']).toBe('live_edge');
  const ended = startedAt + durationMs;
  const late = (await stage.collector.spans())
    .filter(isMedia)
    .filter((span) => span.startedAt + span.durationMs > startedAt);
  const publishes = await Promise.all(
    late
      .filter((span) => span.startedAt < ended + 2000)
      .map(({ links }) => spanOf(stage.collector.url, links.at(-1) as Span['links'][number])),
  );
  expect(publishes.some((publish) => publish.name === 'livestream.segment.publish' && publish.durationMs > 8000)).toBe(
    true,
  );
  const slow = publishes.find((publish) => publish.durationMs > 8000) as Span;
  const { spans } = await (await fetch(`${stage.collector.url}/api/traces/${slow.traceId}`)).json();
  const upload = spans.find(({ name }: Span) => name === 'livestream.segment.upload');
  expect(upload.durationMs).toBeGreaterThan(8000);
});
