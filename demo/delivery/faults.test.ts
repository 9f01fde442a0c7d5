import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Running } from '../listen.ts';
import { startOrigin } from '../origin.ts';
import type { FaultEntry } from './faults.ts';
import type { RequestEntry } from './requests.ts';
import type { RuleOrder } from './rule.ts';

const playlist = '/live/v540/index.m3u8';
let origin: Running;

beforeEach(async () => {
  origin = await startOrigin({ port: 0, host: '127.0.0.1' });
});
afterEach(() => origin.close());

const get = (path: string, init?: RequestInit) => fetch(origin.url + path, { cache: 'no-store', ...init });
const read = async <T>(path: string) => (await (await get(path)).json()) as T;
const log = () => read<FaultEntry[]>('/faults/log');
const active = () => read<{ id: string; left: number | null; open: number }[]>('/faults');

async function add(order: RuleOrder): Promise<string> {
  const response = await get('/faults', { method: 'POST', body: JSON.stringify(order) });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

/** The path of the newest segment of a rendition. */
async function newest(name = 'v540'): Promise<string> {
  const text = await (await get(`/live/${name}/index.m3u8`)).text();
  return `/live/${name}/${text.trim().split('\n').at(-1)}`;
}

/** The one log entry, when the origin is done with it. */
async function entryOf(fault: string): Promise<FaultEntry> {
  return vi.waitUntil(async () => (await log()).find((entry) => entry.fault === fault && entry.finishedAt !== null), {
    timeout: 8000,
    interval: 10,
  });
}

async function requestOf(path: string): Promise<RequestEntry> {
  const requests = () => read<RequestEntry[]>('/faults/requests');
  return vi.waitUntil(async () => (await requests()).filter((entry) => entry.path === path).at(-1), { interval: 10 });
}

describe('effects', { timeout: 20_000 }, () => {
  test('delay holds the answer for its time, for so many requests', async () => {
    const path = await newest();
    const fault = await add({ match: path, effect: 'delay', value: 300, count: 1 });
    const began = performance.now();
    const response = await get(`${path}?try=1`, { headers: { traceparent: '00-1-2-01' } });
    const tookMs = performance.now() - began;
    await response.arrayBuffer();
    expect(tookMs).toBeGreaterThanOrEqual(300);
    const entry = await entryOf(fault);
    expect(entry).toMatchObject({ effect: 'delay', method: 'GET', path, query: 'try=1', traceparent: '00-1-2-01' });
    expect(entry).toMatchObject({ status: 200, released: false, aborted: false });
    expect(entry.client?.address).toBe('127.0.0.1');
    expect(entry.addedMs).toBeGreaterThanOrEqual(300);
    expect(entry.addedMs).toBeLessThanOrEqual(tookMs);
    expect(await active()).toEqual([]);
    const request = await requestOf(path);
    expect(request.faults).toEqual([fault]);
    expect((request.firstByteAt ?? 0) - request.receivedAt).toBeGreaterThanOrEqual(300);
  });

  test('throttle sends that many bytes per second, and the rest at once when it ends', async () => {
    const path = await newest('audio');
    const size = (await (await get(path)).arrayBuffer()).byteLength;
    const slow = await add({ match: path, effect: 'throttle', value: size * 2, count: 1 });
    const began = performance.now();
    expect((await (await get(path)).arrayBuffer()).byteLength).toBe(size);
    expect(performance.now() - began).toBeGreaterThanOrEqual(490);
    expect(await entryOf(slow)).toMatchObject({ status: 200, bytes: size, released: false });
    const slower = await add({ match: path, effect: 'throttle', value: 100 });
    const body = (await get(path)).arrayBuffer();
    await get('/faults', { method: 'DELETE' });
    expect((await body).byteLength).toBe(size);
    expect(await entryOf(slower)).toMatchObject({ bytes: size, released: true, aborted: false });
  });

  test('status answers so many requests with another status', async () => {
    const path = await newest();
    const fault = await add({ match: '/live/v540/seg-*', effect: 'status', value: 503, count: 2 });
    expect([(await get(path)).status, (await get(path)).status, (await get(path)).status]).toEqual([503, 503, 200]);
    const entries = (await log()).filter((entry) => entry.fault === fault);
    expect(entries.map(({ status }) => status)).toEqual([503, 503]);
  });

  test.each([0, 0.5])('truncate cuts the body at %s of it, behind the header', async (value) => {
    const path = await newest();
    const fault = await add({ match: path, effect: 'truncate', value, count: 1 });
    const response = await get(path);
    expect(response.status).toBe(200);
    const declared = Number(response.headers.get('content-length'));
    await expect(response.arrayBuffer()).rejects.toThrow();
    const bytes = Math.floor(declared * value);
    expect(await entryOf(fault)).toMatchObject({ status: 200, bytes, aborted: true });
    expect(await requestOf(path)).toMatchObject({ status: 200, bytes, aborted: true });
  });

  test('hang holds the answer until the fault is deleted, then answers as usual', async () => {
    const path = await newest();
    const fault = await add({ match: path, effect: 'hang' });
    const held = get(path);
    await vi.waitUntil(async () => (await active())[0]?.open === 1, { interval: 10 });
    expect((await log()).at(-1)).toMatchObject({ fault, status: null, releasedAt: null, finishedAt: null });
    expect((await get(`/faults/${fault}`, { method: 'DELETE' })).status).toBe(200);
    expect((await (await held).arrayBuffer()).byteLength).toBeGreaterThan(1000);
    const entry = await entryOf(fault);
    expect(entry).toMatchObject({ status: 200, released: true, aborted: false });
    expect(entry.releasedAt ?? 0).toBeGreaterThan(entry.at);
  });

  test('hang ends by itself after its duration', async () => {
    const path = await newest();
    const fault = await add({ match: path, effect: 'hang', durationMs: 200 });
    expect((await get(path)).status).toBe(200);
    expect((await entryOf(fault)).released).toBe(true);
    expect(await active()).toEqual([]);
  });

  test('a client that leaves is written down as such', async () => {
    const path = await newest();
    const fault = await add({ match: path, effect: 'hang', count: 1 });
    const leave = new AbortController();
    const held = get(path, { signal: leave.signal }).catch(() => 'left');
    await vi.waitUntil(async () => (await active())[0]?.open === 1, { interval: 10 });
    leave.abort();
    expect(await held).toBe('left');
    expect(await entryOf(fault)).toMatchObject({ status: null, bytes: 0, released: false, aborted: true });
    expect(await requestOf(path)).toMatchObject({ status: null, firstByteAt: null, aborted: true });
  });

  test('stale freezes the playlists that match, while segments and the others go on', async () => {
    const before = await (await get(playlist)).text();
    const fault = await add({ match: '/live/v540/', effect: 'stale' });
    const other = await newest('audio');
    await vi.waitUntil(async () => (await newest('audio')) !== other, { timeout: 8000, interval: 50 });
    expect(await (await get(playlist)).text()).toBe(before);
    expect(await entryOf(fault)).toMatchObject({ effect: 'stale', path: playlist, status: 200 });
    await get('/faults', { method: 'DELETE' });
    expect(await (await get(playlist)).text()).not.toBe(before);
  });

  test('stale freezes the MPD as it does playlists', async () => {
    const mpd = async () => (await get('/live/manifest.mpd')).text();
    const fault = await add({ match: '/live/**', effect: 'stale' });
    const [before, newestAtOnce] = [await mpd(), await newest()];
    // Segments go on: the next one is there, though nothing lists it.
    const following = newestAtOnce.replace(/\d+(?=\.m4s)/, (sequence) => String(Number(sequence) + 1));
    await vi.waitUntil(async () => (await get(following)).status === 200, { timeout: 8000, interval: 50 });
    expect(await mpd()).toBe(before);
    expect(await newest()).toBe(newestAtOnce);
    expect((await log()).filter(({ fault: by, path }) => by === fault && path.endsWith('.mpd'))).toHaveLength(2);
    await get('/faults', { method: 'DELETE' });
    expect(await mpd()).not.toBe(before);
  });

  test('late publishes that much later, and at once when it is deleted', async () => {
    const fault = await add({ match: '/live/v540/seg-', effect: 'late', value: 600 });
    const late = await entryOf(fault);
    expect(late).toMatchObject({ effect: 'late', method: 'PUBLISH', client: null, released: false });
    expect(late.addedMs).toBeGreaterThan(0);
    const sequence = Number(/seg-(\d+)/.exec(late.path)?.[1]);
    expect((late.releasedAt ?? 0) - (sequence + 1) * 2000).toBeGreaterThanOrEqual(599);
    expect(await newest()).toBe(late.path);
    await get('/faults', { method: 'DELETE' });
    const endless = await add({ match: '/live/v540/seg-', effect: 'late', value: 600_000 });
    const open = async () => (await active()).some(({ open }) => open === 1);
    await vi.waitUntil(open, { timeout: 8000, interval: 20 });
    await get('/faults', { method: 'DELETE' });
    const { path, released } = await entryOf(endless);
    expect(released).toBe(true);
    expect(await newest()).toBe(path);
  });
});

describe('a slow step', { timeout: 20_000 }, () => {
  const isThere = async (path: string) => (await get(path)).status === 200;
  /** The publication that a fault holds now. */
  const held = (fault: string) =>
    vi.waitUntil(async () => (await log()).find((entry) => entry.fault === fault && entry.finishedAt === null), {
      timeout: 8000,
      interval: 10,
    });

  test.each(['slow-mux', 'slow-upload'] as const)('%s: the segment comes later, and then all of it', async (effect) => {
    const fault = await add({ match: '/live/v540/seg-*', effect, value: 1000, count: 1 });
    const { path } = await held(fault);
    expect(await isThere(path)).toBe(false);
    await vi.waitUntil(() => isThere(path.replace('v540', 'audio')), { timeout: 8000, interval: 10 });
    const entry = await entryOf(fault);
    expect(entry).toMatchObject({ effect, method: 'PUBLISH', client: null, released: false, aborted: false });
    expect(entry.addedMs).toBeGreaterThanOrEqual(1000);
    expect(await newest()).toBe(path);
  });

  test('slow-encrypt meets only what is encrypted', async () => {
    const fault = await add({ match: '/{live,encrypted}/v180/seg-*', effect: 'slow-encrypt', value: 300 });
    const { path } = await entryOf(fault);
    expect(path).toMatch(/^\/encrypted\/v180\/seg-/);
    await vi.waitUntil(() => isThere(path.replace('/encrypted/', '/live/')), { timeout: 8000, interval: 10 });
    expect((await log()).filter((entry) => !entry.path.startsWith('/encrypted/'))).toEqual([]);
  });

  test('slow-manifest: the segment is there, but nothing lists it until the fault is deleted', async () => {
    const fault = await add({ match: '/live/v540/seg-*', effect: 'slow-manifest', value: 600_000 });
    const { path } = await held(fault);
    expect(await isThere(path)).toBe(true);
    expect(await newest()).not.toBe(path);
    await get(`/faults/${fault}`, { method: 'DELETE' });
    expect(await entryOf(fault)).toMatchObject({ effect: 'slow-manifest', released: true });
    expect(await newest()).toBe(path);
  });
});

describe('the interface', () => {
  test('bad input gets one sentence', async () => {
    const post = async (body: string) => {
      const response = await get('/faults', { method: 'POST', body });
      return `${response.status} ${await response.text()}`;
    };
    expect(await post('{')).toBe('400 body: expected JSON, received "{"\n');
    expect(await post('{"match":"seg","effect":"hang","count":0}')).toBe(
      '400 count: expected a whole number from 1, received 0\n',
    );
    expect(await post(' '.repeat(20_000))).toBe('400 body: expected up to 16384 characters, received more\n');
    expect(await active()).toEqual([]);
  });

  test('what is not there is said', async () => {
    expect((await get('/faults/fault-9', { method: 'DELETE' })).status).toBe(404);
    expect((await get('/faults', { method: 'PUT' })).status).toBe(405);
    expect((await get('/faults/nothing')).status).toBe(405);
    const response = await get('/live/v540/seg-1.m4s');
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('404: there is no /live/v540/seg-1.m4s\n');
  });
});
