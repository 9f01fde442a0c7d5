import { request } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Running } from './listen.ts';
import { startOrigin } from './origin.ts';

let origin: Running;

beforeEach(async () => {
  origin = await startOrigin({ port: 0, host: '127.0.0.1' });
});
afterEach(() => origin.close());

const init = '/live/v180/init.mp4';
const get = (path: string, options?: RequestInit) => fetch(origin.url + path, options);

test('objects come with the headers that players and measurement need', async () => {
  const master = await get('/live/master.m3u8');
  expect(master.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
  expect(master.headers.get('cache-control')).toBe('public, max-age=1');
  const segment = await get(init);
  expect(segment.headers.get('content-type')).toBe('video/mp4');
  expect(segment.headers.get('cache-control')).toContain('max-age=3600');
  for (const { headers } of [master, segment]) {
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('timing-allow-origin')).toBe('*');
    expect(Number(headers.get('content-length'))).toBeGreaterThan(0);
  }
});

test.each([
  ['/live/master.m3u8', 'application/vnd.apple.mpegurl'],
  ['/live/manifest.mpd', 'application/dash+xml'],
  ['/vod/master.m3u8', 'application/vnd.apple.mpegurl'],
  ['/vod/manifest.mpd', 'application/dash+xml'],
])('%s is there from the start, as %s', async (path, type) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
});

test('the stream on demand ends, and all that it lists is there', async () => {
  const playlist = await (await get('/vod/v360/index.m3u8')).text();
  expect(playlist).toMatch(/^#EXT-X-PLAYLIST-TYPE:VOD$/m);
  expect(playlist.trim().split('\n').at(-1)).toBe('#EXT-X-ENDLIST');
  const segments = playlist.match(/^seg-\d+\.m4s$/gm) ?? [];
  expect(segments).toHaveLength(15);
  for (const segment of segments) expect((await get(`/vod/v360/${segment}`, { method: 'HEAD' })).status).toBe(200);
});

test('the clock is that of the stream, to the millisecond, and no cache keeps it', async () => {
  const from = Date.now();
  const response = await get('/time');
  const text = await response.text();
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.parse(text)).toBeGreaterThanOrEqual(from - 20);
  expect(Date.parse(text)).toBeLessThanOrEqual(Date.now() + 20);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});

test('a page is told which live streams there are', async () => {
  expect(await (await get('/streams')).json()).toEqual(['live', 'encrypted']);
});

test('a preflight is answered for any page', async () => {
  const { status, headers } = await get(init, { method: 'OPTIONS' });
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-headers')).toBe('traceparent, tracestate, range, content-type');
  expect(Number(headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(3600);
});

test.each([
  ['bytes=0-3', 206, 4],
  ['bytes=-8', 206, 8],
  ['bytes=4-', 206, undefined],
  ['bytes=999999-', 416, 0],
  ['bytes=0-1,4-5', 200, undefined],
  ['lines=1-2', 200, undefined],
])('range %s: %i', async (range, status, length) => {
  const whole = new Uint8Array(await (await get(init)).arrayBuffer());
  const response = await get(init, { headers: { range } });
  const body = new Uint8Array(await response.arrayBuffer());
  expect(response.status).toBe(status);
  expect(body.byteLength).toBe(length ?? (status === 206 ? whole.byteLength - 4 : whole.byteLength));
  const [, from = '0'] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
  if (status < 300) expect(body).toEqual(whole.subarray(Number(from), Number(from) + body.byteLength));
});

test('HEAD tells the size and sends nothing', async () => {
  const response = await get(init, { method: 'HEAD' });
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(500);
  expect((await response.arrayBuffer()).byteLength).toBe(0);
});

test('another method is refused in one line', async () => {
  const response = await get(init, { method: 'PUT', body: 'x' });
  expect(response.status).toBe(405);
  expect(await response.text()).toBe('method: expected GET or HEAD, received PUT\n');
});

test('a path that is no URL is not found, and hurts nobody', async () => {
  const status = await new Promise((resolve) => {
    request(origin.url, { path: '//' }, (response) => resolve(response.resume().statusCode)).end();
  });
  expect(status).toBe(404);
});

test('close ends held answers and timers at once', async () => {
  await get('/faults', { method: 'POST', body: JSON.stringify({ match: init, effect: 'hang' }) });
  const held = get(init).then(
    () => 'answered',
    () => 'cut',
  );
  const open = async () => ((await (await get('/faults')).json()) as { open: number }[])[0]?.open === 1;
  await vi.waitUntil(open, { interval: 10 });
  const began = performance.now();
  await origin.close();
  await held;
  expect(performance.now() - began).toBeLessThan(500);
});

test('a port in use is an EADDRINUSE', async () => {
  await expect(startOrigin({ port: origin.port, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
