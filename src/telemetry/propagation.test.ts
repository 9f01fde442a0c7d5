import { expect, test, vi } from 'vitest';
import type { Outcome, Request } from '../core/events.ts';
import type { Propagate } from './propagation.ts';
import { propagation } from './propagation.ts';

const page = 'https://site.example';
const same = `${page}/live/a.m3u8`;
const cdn = 'https://cdn.example/live/a.ts';

const asked = (url: string, objectType: Request['objectType'] = 'video'): Request => ({
  id: 1,
  url,
  objectType,
  retry: 0,
});
const ended = (more: Partial<Outcome>): Outcome => ({
  result: 'ok',
  durationMs: 9,
  bytes: 9,
  cache: 'unknown',
  ...more,
});
const failed = (more: Partial<Outcome> = {}) => ended({ result: 'failed', errorType: 'connection_failed', ...more });

function propagating(propagate: Propagate, accepts = vi.fn(async (_: string) => true), from = page) {
  const propagates = propagation(propagate, from, accepts);
  return {
    accepts,
    way: (url: string, type?: Request['objectType']) => propagates.way(asked(url, type)),
    answered: (url: string, outcome: Outcome, injected = false) => propagates.answered(asked(url), outcome, injected),
  };
}

test('no header before an answer without one has shown that the origin keeps to itself', () => {
  const propagates = propagating('same-origin');
  expect(propagates.way(same)).toBeUndefined();
  propagates.answered(same, ended({ finalUrl: same }));
  expect(propagates.way(`${page}/live/b.ts`)).toBe('header');
});

test('an origin that redirects to one that is not allowed gets none, and loses it', () => {
  const propagates = propagating('same-origin');
  propagates.answered(same, ended({ finalUrl: cdn }));
  expect(propagates.way(same)).toBeUndefined();
  propagates.answered(same, ended({ finalUrl: same }));
  propagates.answered(same, ended({ finalUrl: cdn }));
  expect(propagates.way(same)).toBeUndefined();
});

test('a redirect between allowed origins is fine', () => {
  const propagates = propagating([page, 'https://cdn.example']);
  propagates.answered(same, ended({ finalUrl: cdn }));
  expect(propagates.way(same)).toBe('header');
});

test('one request that failed with the header ends it for that origin, for good', () => {
  const propagates = propagating([page, 'https://cdn.example']);
  propagates.answered(same, ended({ finalUrl: same }));
  propagates.answered(cdn, ended({ finalUrl: cdn }));
  propagates.answered(cdn, failed(), true);
  propagates.answered(cdn, ended({ finalUrl: cdn }));
  expect(propagates.way(cdn)).toBeUndefined();
  expect(propagates.way(same)).toBe('header');
});

test('a failure without the header says nothing about it', () => {
  const propagates = propagating('same-origin');
  propagates.answered(same, ended({ finalUrl: same }));
  propagates.answered(same, failed());
  expect(propagates.way(same)).toBe('header');
});

test.each([
  ['off', same],
  ['same-origin', cdn],
  [[page], cdn],
  [['https://cdn.example'], same],
  [['https://cdn.example:8443'], cdn],
] as const)('%s never sends to %s', (propagate, url) => {
  const propagates = propagating(propagate);
  propagates.answered(url, ended({ finalUrl: url }));
  expect(propagates.way(url)).toBeUndefined();
});

test('a page without an origin has no same origin', () => {
  const propagates = propagating('same-origin', undefined, 'null');
  const key = 'data:text/plain,x';
  propagates.answered(key, ended({ finalUrl: key }));
  expect(propagates.way(key)).toBeUndefined();
});

const inQuery = { header: 'off', query: ['https://cdn.example'] } as const;
const segment = 'https://cdn.example/live/b.ts';

async function proven(accepts?: (url: string) => Promise<boolean>) {
  const propagates = propagating(inQuery, accepts && vi.fn(accepts));
  propagates.answered(cdn, ended({}));
  await Promise.resolve();
  return propagates;
}

test('the query of a listed origin carries it once the origin was found to take a parameter, asked once', async () => {
  const propagates = propagating(inQuery);
  propagates.answered(cdn, ended({}));
  expect(propagates.way(segment)).toBeUndefined();
  await Promise.resolve();
  expect(propagates.way(segment)).toBe('query');
  propagates.answered(segment, ended({}), true);
  propagates.answered(segment, ended({}));
  expect(propagates.accepts.mock.calls).toEqual([[cdn]]);
});

test.each([
  ['that refuses it', async () => false],
  ['that cannot be asked', () => Promise.reject(new TypeError('Failed to fetch'))],
])('an origin %s gets none', async (_, accepts) => {
  expect((await proven(accepts)).way(segment)).toBeUndefined();
});

test('what was found for segments says nothing of playlists and keys, nor of other origins', async () => {
  const propagates = await proven();
  expect(propagates.way(segment, 'init')).toBe('query');
  expect(propagates.way('https://cdn.example/live/a.m3u8', 'manifest')).toBeUndefined();
  expect(propagates.way('https://cdn.example/key', 'key')).toBeUndefined();
  propagates.answered('https://other.example/a.ts', ended({}));
  expect(propagates.way('https://other.example/a.ts')).toBeUndefined();
});

test.each([
  ['?token=a1', undefined],
  ['?_HLS_msn=4&Policy=x', undefined],
  ['?_HLS_msn=4&_HLS_part=1', 'query'],
  ['?CMCD=bl%3D2', 'query'],
])('an address with %s: %s', async (parameters, way) => {
  expect((await proven()).way(segment + parameters)).toBe(way);
});

test.each([
  ['403', failed({ status: 403, errorType: 'http_403' })],
  ['no answer', failed()],
])('%s to a request with it ends it for good', async (_, outcome) => {
  const propagates = await proven();
  propagates.answered(segment, outcome, true);
  propagates.answered(segment, ended({}));
  await Promise.resolve();
  expect(propagates.way(segment)).toBeUndefined();
  expect(propagates.accepts).toHaveBeenCalledOnce();
});

test('other failures and timeouts are not its fault', async () => {
  const propagates = await proven();
  propagates.answered(segment, failed({ status: 404, errorType: 'http_404' }), true);
  propagates.answered(segment, failed({ errorType: 'timeout' }), true);
  expect(propagates.way(segment)).toBe('query');
});

test('beside the query, headers go where they go by default', async () => {
  const propagates = propagating({ query: ['https://cdn.example'] });
  propagates.answered(same, ended({ finalUrl: same }));
  expect(propagates.way(same)).toBe('header');
});
