// A whole light viewer: a real stream of one-second segments over HTTP, a real collector.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { Collector } from '../../collector/index.ts';
import { startCollector } from '../../collector/index.ts';
import type { Viewer } from '../viewer.ts';
import { startLightViewer } from './light-viewer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A stream that publishes a segment each second, six being there at once, until it ends after `segments` of them. */
async function stream(segments: number) {
  const startedAt = performance.now();
  const asked: string[] = [];
  const held = { from: Number.POSITIVE_INFINITY, release: () => {} };
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.endsWith('.m3u8')) return void response.end(playlist());
    const answer = () => response.end('x'.repeat(1000));
    if (Number(request.url?.slice(1)) >= held.from) {
      const before = held.release;
      held.release = () => {
        before();
        answer();
      };
    } else answer();
  });
  function playlist() {
    const published = Math.min(segments, 6 + Math.floor((performance.now() - startedAt) / 1000));
    const listed = Array.from({ length: published }, (_, index) => `#EXTINF:1,\n${index}`);
    const end = published === segments ? '\n#EXT-X-ENDLIST' : '';
    return `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${listed.join('\n')}${end}\n`;
  }
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.m3u8`, asked, held };
}

async function watching(url: string, signal = new AbortController().signal) {
  const collector: Collector = await startCollector({ port: 0 });
  closing.push(collector.close);
  const viewer: Viewer = await startLightViewer({
    url,
    protocol: 'hls',
    streamId: 's',
    endpoint: collector.url,
    signal,
  });
  closing.push(viewer.stop);
  const figures = async () => (await viewer.snapshot()) ?? expect.unreachable();
  const ask = async (path: string) => (await fetch(collector.url + path)).json();
  return { viewer, figures, ask };
}

const patient = { timeout: 12_000, interval: 100 };

test(
  'plays at its real pace to the end of a live stream, as one viewer of its own kind',
  { timeout: 20_000 },
  async () => {
    const { url, asked } = await stream(9);
    const { viewer, figures, ask } = await watching(url);
    await vi.waitUntil(async () => (await ask('/api/viewers')).groups[0]?.viewers === 1, patient);
    expect((await ask('/api/viewers')).groups).toMatchObject([
      { streamId: 's', protocol: 'hls', viewerKind: 'synthetic' },
    ]);
    await vi.waitUntil(async () => (await figures()).state === 'ended', patient);

    const { media, stalls, startup, times } = await figures();
    // From three target durations before the end of what there was.
    expect(asked.filter((path) => /^\/\d+$/.test(path))).toEqual(['/3', '/4', '/5', '/6', '/7', '/8']);
    expect(media.playedSec).toBeCloseTo(6, 0);
    expect(times.playing).toBeCloseTo(6, 0);
    expect([stalls.count, startup.result]).toEqual([0, 'started']);
    await viewer.stop();
    expect((await ask('/api/viewers')).groups[0].viewers).toBe(0);
    const { streams } = await ask('/api/streams');
    expect(streams).toMatchObject([{ streamId: 's', plays: 1, fetch: { count: asked.length } }]);
  },
);

test('stalls when a segment does not come, for the network, and goes on with it', { timeout: 20_000 }, async () => {
  const { url, held } = await stream(100);
  held.from = 5;
  const { figures } = await watching(url);
  await vi.waitUntil(async () => ((await figures()).stalls.current?.durationSec ?? 0) > 0.5, patient);
  expect((await figures()).stalls.current?.cause).toBe('network');
  // Two segments were there.
  expect((await figures()).media.playedSec).toBeCloseTo(2, 1);
  held.from = Number.POSITIVE_INFINITY;
  held.release();
  await vi.waitUntil(async () => (await figures()).state === 'playing', patient);
  expect((await figures()).stalls).toMatchObject({ count: 1, current: null });
});

test('an aborted signal ends it', async () => {
  const leaving = new AbortController();
  const { figures } = await watching((await stream(100)).url, leaving.signal);
  await vi.waitUntil(async () => (await figures()).state === 'playing', patient);
  leaving.abort();
  await vi.waitUntil(async () => (await figures()).state === 'quit', patient);
});

test('what is no playlist is a viewing that failed', async () => {
  const server = createServer((_, response) => response.end('<html>'));
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  closing.push(() => server.close());
  const { figures } = await watching(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await vi.waitUntil(async () => (await figures()).state === 'failed', patient);
  expect((await figures()).errors.fatal).toBe('manifest_parse');
});

test('WebRTC needs a browser', async () => {
  const options = {
    url: 'http://tv.example/whep',
    protocol: 'webrtc',
    streamId: 's',
    endpoint: 'http://tv.example',
  } as const;
  const { signal } = new AbortController();
  await expect(startLightViewer({ ...options, signal })).rejects.toThrow("received 'webrtc'");
});
