// The context in the query: for servers of another origin, without a preflight, and never at the cost of a request.
import { expect } from '@playwright/test';
import type { Span } from './collector.ts';
import { startSigned } from './signed.ts';
import { test } from './stage.ts';
import { traceParameter } from './trace-parameter.ts';

test.use({ instrumented: true });

const isMedia = ({ name, attributes }: Span) =>
  name === 'livestream.segment.fetch' && attributes['object.type'] !== 'init' && attributes['fetch.result'] === 'ok';

test('across origins, in the query: the answer is part of the trace of the fetch, without a preflight', async ({
  stage,
  page,
}) => {
  const player = stage.players(page);
  await player.open({ options: { propagate: { query: [stage.origin.url] } } });
  await player.playing(5);
  await player.detach();
  const media = (await stage.collector.spans()).filter(isMedia);
  const last = media.at(-1) as Span;
  await expect(async () => {
    const { spans } = await (await fetch(`${stage.collector.url}/api/traces/${last.traceId}`)).json();
    const answered = spans.find(({ parentSpanId }: Span) => parentSpanId === last.spanId);
    expect(answered?.name).toBe('livestream.origin.request');
  }).toPass({ timeout: 20_000, intervals: [200] });
  expect(last.attributes['join.grade']).toBe('own');
  // The browser's record of the very request was found by the address that it was sent to.
  expect(last.attributes['timing.receive_s']).toBeGreaterThanOrEqual(0);
  expect(media.filter(({ attributes }) => String(attributes['url.full']).includes(traceParameter))).toEqual([]);

  const asked = await stage.origin.requests();
  const carrying = asked.filter(({ query }) => query.includes(traceParameter));
  expect(carrying.length).toBeGreaterThan(4);
  expect(new Set(carrying.map(({ query }) => query)).size).toBe(carrying.length);
  expect(carrying.some(({ path }) => /\.(m3u8|mpd)$/.test(path))).toBe(true);
  expect(asked.filter(({ method }) => method === 'OPTIONS')).toEqual([]);
  // Once for playlists and once for media.
  expect(asked.filter(({ method }) => method === 'HEAD')).toHaveLength(2);

  // Without us the player asks as it would have.
  const count = asked.length;
  await expect.poll(async () => (await stage.origin.requests()).length, { timeout: 15_000 }).toBeGreaterThan(count + 3);
  const since = (await stage.origin.requests()).slice(count + 1);
  expect(since.filter(({ query }) => query.includes(traceParameter))).toEqual([]);
});

test('a server that refuses the parameter is found out without a request of the player’s', async ({ stage, page }) => {
  const signed = await startSigned(stage.origin.url);
  try {
    const player = stage.players(page);
    await player.open({
      source: signed.url + stage.protocol.manifest,
      options: { propagate: { query: [signed.url] } },
    });
    await player.playing(4);
    const { requests, errors } = await player.snapshot();
    expect(requests.failed).toBe(0);
    expect(errors.count).toBe(0);
    expect(new Set(signed.refused)).toEqual(new Set(['HEAD']));
    expect(signed.refused.length).toBeLessThanOrEqual(2);
    await player.detach();
  } finally {
    await signed.close();
  }
});
