// Every attempt of the real dash.js 5: without a view it loads just the same (preload), over XMLHttpRequest (a stand-in) and,
// where a segment comes in chunks, over fetch (a real server).
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MediaPlayerClass, MediaPlayerSettingClass } from 'dashjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome, Request } from '../../core/events.ts';
import { traceOf, traceParameter, withTrace } from '../../core/trace-query.ts';
import type { Watch } from '../adapter.ts';
import { testWatch } from '../contract.ts';
import { dash } from '../dash.ts';
import { base, isNamed, mpd, player5, serve, source, stubWindow, until } from './test-dash.ts';

type Attempt = { readonly request: Request; readonly outcome?: Outcome };
// biome-ignore lint/suspicious/noExplicitAny: messages of the page's interceptors, whose types a page does not write down either.
type Any = any;

const players: MediaPlayerClass[] = [];
beforeEach(stubWindow);
afterEach(() => {
  for (const player of players.splice(0)) player.destroy();
  vi.unstubAllGlobals();
});

async function make(streaming: MediaPlayerSettingClass['streaming'] = {}) {
  const player = await player5();
  player.updateSettings({ streaming });
  player.initialize();
  players.push(player);
  return player;
}

const traceparent = ({ id }: Request) => `00-${'a'.repeat(32)}-${String(id).padStart(16, '0')}-01`;

function watched(player: MediaPlayerClass, more: Partial<Watch> = {}) {
  const told = testWatch();
  dash.watch(player, { ...told.watch, carry: (request) => ({ header: traceparent(request) }), ...more });
  const of = (name: string): Attempt[] => told.of('request').filter(({ request }) => isNamed(request.url, name));
  return {
    ...told,
    sent: (name = '') => of(name).flatMap(({ request, outcome }) => (outcome ? [] : [request])),
    outcomes: (name = '') => of(name).flatMap(({ outcome }) => (outcome ? [outcome] : [])),
  };
}

function load(player: MediaPlayerClass) {
  player.attachSource(source);
  player.preload();
}

test('each thing that it loads, told when sent and when ended', async () => {
  serve({ '2.m4s': [{ body: 'longer' }] });
  const player = await make();
  const { sent, outcomes, faults } = watched(player);
  load(player);
  await until(() => expect(outcomes()).toHaveLength(4));
  const rendition = { bitrate: 800_000, width: 640, height: 360, codecs: 'avc1.4D401F' };
  expect(sent()).toMatchObject([
    { url: source, objectType: 'manifest', retry: 0 },
    { url: `${base}init.mp4`, objectType: 'init', rendition },
    { url: `${base}1.m4s`, objectType: 'video', sequence: 1, durationSec: 2, rendition },
    { url: `${base}2.m4s`, objectType: 'video', sequence: 2, durationSec: 2, rendition },
  ]);
  expect(outcomes('2.m4s')).toMatchObject([{ result: 'ok', status: 200, bytes: 6, finalUrl: `${base}2.m4s` }]);
  for (const { ttfbMs = Number.NaN, durationMs } of outcomes()) expect(durationMs).toBeGreaterThanOrEqual(ttfbMs);
  expect(new Set(sent().map(({ id }) => id)).size).toBe(4);
  expect(faults).toEqual([]);
});

test('where it was redirected to', async () => {
  const finalUrl = 'https://edge.example/1.m4s';
  serve({ '1.m4s': [{ finalUrl }] });
  const player = await make();
  const { outcomes } = watched(player);
  load(player);
  await until(() => expect(outcomes('1.m4s')).toMatchObject([{ finalUrl }]));
});

test.each([
  ['an HTTP status', { status: 404 }, { status: 404, errorType: 'http_404' }],
  ['no answer', { end: 'refused' }, { errorType: 'connection_failed', bytes: 0 }],
  ['a broken connection', { end: 'lost' }, { errorType: 'connection_lost', bytes: 4 }],
  ['a timeout', { end: 'hang' }, { errorType: 'timeout', bytes: 4 }],
] as const)('a failure by %s', async (_, answer, outcome) => {
  serve({ '1.m4s': [answer] });
  const player = await make({ fragmentRequestTimeout: 20, retryAttempts: { MediaSegment: 0 } });
  const { outcomes } = watched(player);
  load(player);
  await until(() => expect(outcomes('1.m4s')).toMatchObject([{ result: 'failed', ...outcome }]));
});

test('each retry is an attempt; a success ends the count', async () => {
  const { named } = serve({ '1.m4s': [{ status: 503 }, { end: 'lost' }, {}] });
  const player = await make();
  const { sent, outcomes } = watched(player);
  load(player);
  await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
  expect(outcomes('1.m4s').map(({ result }) => result)).toEqual(['failed', 'failed', 'ok']);
  expect(sent('m4s').map(({ retry }) => retry)).toEqual([0, 1, 2, 0]);
  expect(named('1.m4s')).toHaveLength(3);
});

test('an attempt given up for want of progress is a timeout, told once, though it is answered twice', async () => {
  const { named } = serve({ '1.m4s': [{ end: 'hang' }, {}] });
  const player = await make({ fragmentRequestProgressTimeout: 20 });
  const { outcomes } = watched(player);
  let answered = 0;
  player.addResponseInterceptor(async (answer: Any) => {
    if (answer.request.url.includes('1.m4s') && answer.status === 0) answered += 1;
    return answer;
  });
  load(player);
  await until(() => expect(outcomes('2.m4s').length).toBeGreaterThan(0));
  expect(answered).toBe(2);
  expect(outcomes('1.m4s')[0]).toMatchObject({ result: 'failed', errorType: 'timeout', bytes: 4 });
  expect(outcomes('1.m4s')).toHaveLength(named('1.m4s').length);
});

test.each([
  ['another source', (player: MediaPlayerClass) => player.attachSource(`${base}b.mpd`)],
  ['reset', (player: MediaPlayerClass) => player.reset()],
  ['destroy', (player: MediaPlayerClass) => players.splice(0) && player.destroy()],
])('an attempt under way at %s is aborted, which is no failure', async (_, leave) => {
  const { named } = serve({ '1.m4s': [{ end: 'hang' }] });
  const player = await make();
  const { outcomes } = watched(player);
  load(player);
  await until(() => expect(named('1.m4s')).toHaveLength(1));
  await new Promise(setImmediate);
  leave(player);
  await until(() => expect(outcomes('1.m4s')).toHaveLength(1));
  expect(outcomes('1.m4s')[0]).toMatchObject({ result: 'aborted', bytes: 4, errorType: undefined });
});

describe("the page's interceptors", () => {
  test('work as without us, ours among them or failing, and stay when ours go', async () => {
    serve();
    const player = await make();
    const calls: string[] = [];
    player.addRequestInterceptor(async (asked: Any) => {
      calls.push(`to ${asked.url}`);
      return asked;
    });
    player.addResponseInterceptor(async (answer: Any) => {
      calls.push(`from ${answer.request.url}`);
      return answer;
    });
    const failing = watched(player, {
      emit() {
        throw new Error('broken');
      },
    });
    const { detach, events } = watched(player);
    load(player);
    await until(() => expect(calls).toContain(`from ${base}2.m4s`));
    expect(calls).toHaveLength(8);
    expect(failing.faults.length).toBeGreaterThan(0);
    detach();
    failing.detach();
    const before = events.length;
    player.attachSource(source);
    player.preload();
    await until(() => expect(calls).toHaveLength(16));
    expect(events).toHaveLength(before);
  });

  test('are gone after a reset, and ours are back with the next source, once', async () => {
    serve();
    const player = await make();
    const { sent, outcomes } = watched(player);
    player.reset();
    player.initialize();
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    expect(sent()).toHaveLength(4);
  });
});

test('the end is that of the last byte, though an interceptor of the page takes its time', async () => {
  serve();
  const player = await make();
  player.addResponseInterceptor(async (answer: Any) => {
    await new Promise((soon) => setTimeout(soon, 60));
    return answer;
  });
  const { outcomes } = watched(player);
  load(player);
  await until(() => expect(outcomes('1.m4s')).toHaveLength(1));
  expect(outcomes('1.m4s')[0]?.durationMs).toBeLessThan(50);
});

test('an attempt under way when we go tells nothing more', async () => {
  const { named } = serve();
  const player = await make();
  const emitted: string[] = [];
  const { detach } = watched(player, {
    emit: (event) => event.type === 'request' && emitted.push(event.request.url),
  });
  let answered = 0;
  player.addResponseInterceptor(async (answer: Any) => {
    answered += 1;
    if (answer.request.url.includes('1.m4s')) detach();
    return answer;
  });
  load(player);
  await until(() => expect(answered).toBe(4));
  expect(named('m4s')).toHaveLength(2);
  expect(emitted.filter((url) => url.endsWith('m4s'))).toEqual([`${base}1.m4s`]);
});

describe('an attempt under way when we come', () => {
  /** Watched from within an interceptor of the page, which is too late for ours. */
  async function come(answers: Parameters<typeof serve>[0]) {
    const { named } = serve(answers);
    const player = await make();
    const told = await new Promise<ReturnType<typeof watched> & { cameAt: number }>((resolve) => {
      const once = async (asked: Any) => {
        player.removeRequestInterceptor(once);
        resolve({ ...watched(player), cameAt: performance.now() });
        return asked;
      };
      player.addRequestInterceptor(once);
      load(player);
    });
    return { ...told, named, player };
  }

  test('is told afterwards, once, as it was', async () => {
    const { of, outcomes, named, cameAt } = await come({});
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    const [sent, ended, ...more] = of('request').filter(({ request }) => isNamed(request.url, 'a.mpd'));
    expect(more).toEqual([]);
    expect(sent?.request).toMatchObject({ objectType: 'manifest', url: source, retry: 0 });
    expect(ended).toMatchObject({ request: sent?.request, outcome: { result: 'ok', status: 200, finalUrl: source } });
    expect(ended?.at).toBeGreaterThan(cameAt);
    expect(sent?.at).toBeLessThan(ended?.at ?? Number.NaN);
    expect(named('a.mpd')[0]?.headers).toEqual([]);
  });

  test('that failed has failed, and its retry is one', async () => {
    const { sent, outcomes } = await come({ 'a.mpd': [{ status: 503 }, { body: mpd() }] });
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    expect(outcomes('a.mpd')).toMatchObject([{ result: 'failed', errorType: 'http_503' }, { result: 'ok' }]);
    expect(sent('a.mpd').map(({ retry }) => retry)).toEqual([0, 1]);
  });

  test('that was given up is none that we know of', async () => {
    const { outcomes, events, named, player } = await come({ 'a.mpd': [{ end: 'hang' }] });
    await until(() => expect(named('a.mpd')).toHaveLength(1));
    player.reset();
    player.initialize();
    serve();
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    expect(outcomes('a.mpd')).toMatchObject([{ result: 'ok' }]);
    expect(events.filter(({ type }) => type === 'error')).toEqual([]);
  });
});

describe('traceparent', () => {
  const header = (request: { headers: readonly (readonly [string, string])[] } | undefined) =>
    request?.headers.filter(([name]) => name.toLowerCase() === 'traceparent').map(([, value]) => value);

  test('is sent with each attempt, another each time, and is not left with the player', async () => {
    const { named } = serve({ '1.m4s': [{ status: 503 }, {}] });
    const player = await make();
    const { sent, outcomes, detach } = watched(player);
    const left: Any[] = [];
    player.addResponseInterceptor(async (answer: Any) => {
      left.push(answer.request.customData.request.headers);
      return answer;
    });
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    const ids = sent('1.m4s').map(({ id }) => expect.stringContaining(`-${String(id).padStart(16, '0')}-`));
    expect(named('1.m4s').flatMap(header)).toEqual(ids);
    expect(new Set(named('').flatMap(header)).size).toBe(5);
    for (const headers of left) expect(headers).not.toHaveProperty('traceparent');
    detach();
  });

  test('of the page is not touched, however it is spelt', async () => {
    const { named } = serve();
    const player = await make();
    player.addRequestInterceptor(async (asked: Any) => {
      asked.headers = { ...asked.headers, TraceParent: 'own' };
      return asked;
    });
    const { outcomes } = watched(player);
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    for (const sent of named('')) expect(header(sent)).toEqual(['own']);
  });

  test('is not sent any more when we go', async () => {
    const { named } = serve();
    const player = await make();
    const { detach } = watched(player);
    // Called before ours, which is on its way then.
    player.addRequestInterceptor(async (asked: Any) => {
      if (asked.url.includes('1.m4s')) detach();
      return asked;
    });
    load(player);
    await until(() => expect(named('2.m4s')).toHaveLength(1));
    expect(header(named('init.mp4')[0])).toHaveLength(1);
    expect(named('m4s').flatMap(header)).toEqual([]);
  });

  test('in the query: asked for elsewhere, with each attempt another, and the player never sees it', async () => {
    const { named, sent: onWire } = serve({ '1.m4s': [{ status: 503 }, {}] });
    const player = await make();
    const carry = (request: Request) => ({ url: withTrace(request.url, traceparent(request)) });
    const { sent, outcomes, faults } = watched(player, { carry });
    const seen: string[] = [];
    player.on('manifestLoaded', ({ data }: Any) => seen.push(data.url));
    load(player);
    await until(() => expect(outcomes('2.m4s')).toMatchObject([{ result: 'ok' }]));
    expect(sent().filter(({ url }) => url.includes(traceParameter))).toEqual([]);
    const ids = onWire.map(({ url }) => traceOf(url));
    expect(ids).toEqual(sent().map(traceparent));
    expect(onWire.flatMap(({ headers }) => headers.filter(([name]) => /traceparent/i.test(name)))).toEqual([]);
    expect(named('1.m4s')).toHaveLength(2);
    expect(seen).toEqual([source]);
    for (const { finalUrl = '' } of outcomes()) expect(finalUrl).not.toContain(traceParameter);
    expect(faults).toEqual([]);
  });

  test('stands beside other headers of the page', async () => {
    const { named } = serve();
    const player = await make();
    player.addRequestInterceptor(async (asked: Any) => {
      asked.headers['x-page'] = '1';
      return asked;
    });
    const { outcomes } = watched(player);
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    expect(named('2.m4s')[0]?.headers.map(([name]) => name)).toEqual(['x-page', 'traceparent']);
  });
});

describe('CMCD', () => {
  test('in the address: each retry still counts as one', async () => {
    const { named } = serve({ '1.m4s': [{ status: 503 }, { status: 503 }, {}] });
    const player = await make({ cmcd: { enabled: true, mode: 'query' } });
    const { sent, outcomes } = watched(player);
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    expect(named('1.m4s')[0]?.url).toContain('CMCD=');
    expect(sent('1.m4s').map(({ retry }) => retry)).toEqual([0, 1, 2]);
  });

  test('its reports are no part of the stream', async () => {
    const { named } = serve();
    const target = { enabled: true, url: 'https://reports.example/cmcd', events: ['rr'], batchSize: 1 };
    const player = await make({ cmcd: { enabled: true, version: 2, eventTargets: [target] } } as Any);
    const { sent, outcomes } = watched(player);
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    await until(() => expect(named('/cmcd').length).toBeGreaterThan(0));
    expect(sent('/cmcd')).toEqual([]);
  });
});

describe('a segment in chunks', () => {
  const box = (type: string, size: number) => {
    const bytes = Buffer.alloc(size);
    bytes.writeUInt32BE(size);
    bytes.write(type, 4);
    return bytes;
  };
  const chunk = Buffer.concat([box('moof', 16), box('mdat', 84)]);
  let answer: (response: ServerResponse) => void;
  const traced: (string | undefined)[] = [];
  const responses: ServerResponse[] = [];
  const server = createServer(({ headers, method, url }, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (method === 'GET' && url === '/1.m4s') traced.push(headers.traceparent as string | undefined);
    responses.push(response);
    answer(response);
  });
  beforeAll(() => new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function chunked(how: (response: ServerResponse) => void) {
    answer = how;
    traced.length = 0;
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    serve({ 'a.mpd': [{ body: mpd({ base: at, template: 'availabilityTimeComplete="false"' }) }] });
    const player = await make({ retryAttempts: { MediaSegment: 0 } });
    const told = watched(player);
    load(player);
    return { ...told, player };
  }

  test('is told as one, with its first byte and all its bytes', async () => {
    const { player, sent, outcomes, faults } = await chunked((response) => void response.write(chunk));
    // The second chunk is produced a while after the first has arrived.
    const produceNext = () => {
      const response = responses.at(-1);
      setTimeout(() => response?.end(chunk), 60);
    };
    player.on('fragmentLoadingProgress', produceNext, undefined);
    await until(() => expect(outcomes('1.m4s')).toHaveLength(1));
    expect(sent('1.m4s')).toMatchObject([{ chunked: true, sequence: 1 }]);
    expect(sent('init.mp4')[0]?.chunked).toBeUndefined();
    const [{ ttfbMs, durationMs, ...outcome } = {} as Outcome] = outcomes('1.m4s');
    expect(outcome).toMatchObject({ result: 'ok', status: 200, bytes: 200 });
    expect(durationMs - (ttfbMs ?? Number.NaN)).toBeGreaterThan(50);
    expect(traced).toEqual([expect.stringContaining('00-')]);
    expect(faults).toEqual([]);
  });

  test.each<[string, (response: ServerResponse) => void, Partial<Outcome>]>([
    ['an HTTP status', (response) => response.writeHead(404).end(), { status: 404, errorType: 'http_404' }],
    ['no answer', (response) => response.destroy(), { errorType: 'connection_failed' }],
    [
      'a broken connection',
      (response) => response.write(chunk, () => setTimeout(() => response.destroy(), 20)),
      { errorType: 'connection_lost', bytes: 100 },
    ],
  ])('fails by %s', async (_, how, outcome) => {
    const { outcomes } = await chunked(how);
    await until(() => expect(outcomes('1.m4s')).toMatchObject([{ result: 'failed', ...outcome }]));
  });

  test('is aborted, which is no failure', async () => {
    const { outcomes, player } = await chunked((response) => void response.write(chunk));
    await until(() => expect(traced).toHaveLength(1));
    player.reset();
    await until(() => expect(outcomes('1.m4s')).toMatchObject([{ result: 'aborted', errorType: undefined }]));
  });
});
