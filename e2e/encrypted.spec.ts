// Segments are there and their key is not: the picture waits for the key.
import { expect } from '@playwright/test';
import { test } from './stage.ts';
import { stallOn } from './withheld.ts';

test('a key that is withheld: the stall has its own cause, and its fetch its own name', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({
    source: `${stage.origin.url}/encrypted/master.m3u8`,
    settings: { bufferSec: 4, segmentsBehindLive: 2 },
  });
  const { fault, stalls } = await stallOn('/encrypted/key-*', stage, player);

  const [gap, ...more] = await player.gaps(500);
  expect(more).toEqual([]);
  expect(Math.abs(stalls.durationSec * 1000 - (gap?.ms ?? 0))).toBeLessThan(150);
  const stall = await stage.collector.span('livestream.player.stall');
  expect(stall.attributes['stall.cause']).toBe('key');
  const [withheld] = (await stage.origin.faultLog()).filter((entry) => entry.fault === fault);
  const fetch = await stage.collector.span('livestream.key.fetch', ({ attributes }) =>
    String(attributes['url.full']).endsWith(String(withheld?.path)),
  );
  expect(fetch.durationMs).toBeGreaterThan(1500);
  expect(stall.links.map(({ spanId }) => spanId)).toContain(fetch.spanId);
});
