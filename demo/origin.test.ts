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
