import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from './listen.ts';
import { startSite } from './site.ts';

let dir: string;
let site: Running;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'playscope-site-'));
  await writeFile(join(dir, 'index.html'), '<h1>Start</h1>');
  site = await startSite({ port: 0, dir });
});
afterAll(async () => {
  await site.close();
  await rm(dir, { recursive: true });
});

test.each(['localhost', '127.0.0.1', '[::1]'])('a page is served at %s', async (host) => {
  const response = await fetch(`http://${host}:${site.port}/?collector=http://localhost:1`);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toBe('<h1>Start</h1>');
});

test('hls.js is served for the script tag', async () => {
  const response = await fetch(`${site.url}/hls.js`);
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await response.text()).toContain('Hls');
});

test.each([
  '/nothing.html',
  '/../package.json',
  '/..%2f..%2fetc/passwd',
  '/%zz',
  '/%00',
  '/.',
])('%s is not found, in one line', async (path) => {
  const [status, body] = await new Promise<[number | undefined, string]>((resolve) => {
    // Not fetch, which would tidy the path up.
    request(`http://127.0.0.1:${site.port}`, { path }, async (response) => {
      resolve([response.statusCode, (await response.setEncoding('utf8').toArray()).join('')]);
    }).end();
  });
  expect(status).toBe(404);
  expect(body).toBe(`${path}: there is no such page\n`);
});

test('another method is refused', async () => {
  expect((await fetch(site.url, { method: 'POST' })).status).toBe(405);
});

test('a port in use is an EADDRINUSE', async () => {
  await expect(startSite({ port: site.port, dir })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
