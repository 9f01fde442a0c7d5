// What a cache in front of an origin makes of Server-Timing: the answers that it repeats, renews and shares.
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { instrumentOrigin, publications, startTelemetry } from 'playscope/server';
import { findNginx } from '../scripts/browser.ts';
import type { Cache } from './cache.ts';
import { startCache } from './cache.ts';

const path = '/live/seg-1.m4s';
const published = `00-${'d'.repeat(32)}-${'e'.repeat(16)}-01`;
const traceparent = (digit: string) => ({ traceparent: `00-${digit.repeat(32)}-${'b'.repeat(16)}-01` });

let server: Server;
let cache: Cache;
let asked = 0;
/** Holds the answers back until it is called. */
let release: () => void;
let released: Promise<void>;

test.beforeEach(async () => {
  const nginx = findNginx();
  test.skip(!nginx, 'no nginx on this machine');
  asked = 0;
  released = new Promise((done) => {
    release = done;
  });
  const known = publications();
  known.remember(path, published);
  // Nobody listens there: the answers are what matters here.
  const telemetry = startTelemetry({ endpoint: 'http://127.0.0.1:9', serviceName: 'origin' });
  const origin = instrumentOrigin({ streamId: 'live', publications: known, ...telemetry });
  server = createServer(
    origin.handler(async (request, response) => {
      if (request.url?.startsWith('/live/')) {
        asked += 1;
        await released;
      }
      response.writeHead(200, { 'content-type': 'video/mp4', 'cache-control': 'max-age=1' });
      response.end('media');
    }),
  );
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  cache = await startCache(nginx as string, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

test.afterEach(async () => {
  await cache?.close();
  server?.closeAllConnections();
  server?.close();
});

async function timing(of = path, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(cache.url + of, { headers });
  await response.text();
  return response.headers.get('server-timing') ?? '';
}

test('a repeated answer says the first one again, to the letter; another one is new', async () => {
  release();
  const first = await timing(path, traceparent('1'));
  expect(first).toContain(`traceparent;desc="00-${'1'.repeat(32)}-`);
  expect(first).toContain(`publish;desc="${published}"`);
  expect(await timing(path, traceparent('2'))).toBe(first);
  expect(asked).toBe(1);
  const other = await timing('/live/seg-2.m4s', traceparent('2'));
  expect(other).toContain(`traceparent;desc="00-${'2'.repeat(32)}-`);
  expect(other).not.toContain('publish;');
});

test('a stale playlist is asked for again and says so', async () => {
  release();
  const first = await timing('/live/index.m3u8', traceparent('1'));
  await expect(async () => {
    expect(await timing('/live/index.m3u8', traceparent('2'))).toContain(`00-${'2'.repeat(32)}-`);
  }).toPass({ timeout: 20_000 });
  expect(first).toContain(`00-${'1'.repeat(32)}-`);
});

test('requests at the same time are one to the origin, in the trace of one of them', async () => {
  const both = [timing(path, traceparent('1')), timing(path, traceparent('2'))];
  await expect.poll(() => asked).toBe(1);
  release();
  const [one, two] = await Promise.all(both);
  expect(asked).toBe(1);
  expect(two).toBe(one);
});
