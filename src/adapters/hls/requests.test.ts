// Every attempt of the real loaders of three versions, over XMLHttpRequest (a stand-in) and over fetch (a real server).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Hls from 'hls.js';
import Hls15 from 'hls15';
import Hls16 from 'hls16';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome } from '../../core/events.ts';
import { withTrace } from '../../core/trace-query.ts';
import { testWatch } from '../contract.ts';
import type { Answer } from '../test-xhr.ts';
import { testXhr } from '../test-xhr.ts';
import { objectTypeOf, watchLoaders } from './requests.ts';

// biome-ignore lint/suspicious/noExplicitAny: three versions of one class, and loaders of the page's own.
type Any = any;
const versions: [string, Any][] = [
  ['1.5', Hls15],
  ['1.6', Hls16],
  ['1.7', Hls],
];
const url = 'https://cdn.example/live/7.m4s';
const header = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const frag = { sn: 7, type: 'main', level: 0, duration: 2 };

beforeEach(() => {
  vi.stubGlobal('self', globalThis);
  // A retry of hls.js reads it: the text in the status bar of the window.
  vi.stubGlobal('status', '');
  vi.stubGlobal('document', { baseURI: 'https://site.example/watch' });
});
afterEach(() => vi.unstubAllGlobals());

function watched(config: Any, traceparent?: string, query?: string) {
  const told = testWatch({ ...(traceparent && { traceparent }), ...(query && { query }) });
  watchLoaders(config, (context) => ({ objectType: objectTypeOf(context, true) }), told.watch);
  const requests = () => told.of('request');
  return {
    ...told,
    sent: () => requests().filter(({ outcome }) => !outcome),
    outcomes: () => requests().flatMap(({ outcome }): Outcome[] => (outcome ? [outcome] : [])),
    retries: () => requests().flatMap(({ outcome, request }) => (outcome ? [] : [request.retry])),
  };
}

/** Loads one thing as the player would; resolves with the callback that ended it. */
function load(config: Any, { retries = 0, timeoutMs = 10_000, at = url } = {}) {
  const loader = new config.loader(config);
  const retry = { maxNumRetry: retries, retryDelayMs: 0, maxRetryDelayMs: 0 };
  const loadPolicy = {
    maxTimeToFirstByteMs: timeoutMs,
    maxLoadTimeMs: timeoutMs,
    errorRetry: retry,
    timeoutRetry: retry,
  };
  const context = { url: at, frag, responseType: 'text' };
  const ended = new Promise<string>((resolve) => {
    const callbacks = {
      onSuccess: () => resolve('success'),
      onError: () => resolve('error'),
      onTimeout: () => resolve('timeout'),
      onAbort: () => resolve('abort'),
    };
    loader.load(context, { loadPolicy, timeout: timeoutMs }, callbacks);
  });
  return { loader, ended };
}

function serve(...answers: Answer[]) {
  const xhr = testXhr(answers);
  vi.stubGlobal('XMLHttpRequest', xhr.XMLHttpRequest);
  return xhr;
}

describe.each(versions)('hls.js %s over XMLHttpRequest', (_, Version) => {
  const config = (more: Any = {}) => new Version({ enableWorker: false, ...more }).config;

  test('one attempt, told when sent and when ended', async () => {
    serve({ body: 'segment' });
    const page = config();
    const { outcomes, sent, faults } = watched(page);
    expect(await load(page).ended).toBe('success');
    await vi.waitFor(() => expect(outcomes()).toHaveLength(1));
    expect(sent()).toMatchObject([{ request: { url, retry: 0, objectType: 'video' } }]);
    expect(outcomes()).toMatchObject([{ result: 'ok', status: 200, bytes: 7, finalUrl: url }]);
    expect(outcomes()[0]?.durationMs).toBeGreaterThanOrEqual(outcomes()[0]?.ttfbMs ?? Number.NaN);
    expect(faults).toEqual([]);
  });

  test('a relative URL is told whole', async () => {
    serve({});
    const page = config();
    const { sent } = watched(page);
    await load(page, { at: 'live/a.m3u8' }).ended;
    expect(sent()[0]?.request.url).toBe('https://site.example/live/a.m3u8');
  });

  test.each<[string, Answer, Partial<Outcome>]>([
    ['an HTTP status', { status: 404 }, { result: 'failed', status: 404, errorType: 'http_404' }],
    ['no answer', { end: 'refused' }, { result: 'failed', errorType: 'connection_failed' }],
    ['a broken connection', { end: 'lost' }, { result: 'failed', errorType: 'connection_lost', bytes: 4 }],
  ])('a failure by %s', async (_name, answer, outcome) => {
    serve(answer);
    const page = config();
    const { outcomes } = watched(page);
    expect(await load(page).ended).toBe('error');
    await vi.waitFor(() => expect(outcomes()).toMatchObject([outcome]));
  });

  test('each retry inside the loader is an attempt', async () => {
    const { sent: onWire } = serve({ status: 503 }, { status: 503 }, { body: 'late' });
    const page = config();
    const { outcomes, retries } = watched(page);
    expect(await load(page, { retries: 3 }).ended).toBe('success');
    await vi.waitFor(() => expect(outcomes().map(({ result }) => result)).toEqual(['failed', 'failed', 'ok']));
    expect(retries()).toEqual([0, 1, 2]);
    expect(onWire).toHaveLength(3);
  });

  test('a timeout is a failure, not an abort; its retry is an attempt', async () => {
    serve({ end: 'hang' }, { end: 'hang' });
    const page = config();
    const { outcomes, retries } = watched(page);
    expect(await load(page, { timeoutMs: 20, retries: 1 }).ended).toBe('timeout');
    await vi.waitFor(() => expect(outcomes()).toHaveLength(2));
    for (const outcome of outcomes())
      expect(outcome).toMatchObject({ result: 'failed', errorType: 'timeout', bytes: 4 });
    expect(retries()).toEqual([0, 1]);
  });

  test.each(['abort', 'destroy'] as const)('an %s is no failure', async (how) => {
    serve({ end: 'hang' });
    const page = config();
    const { outcomes, sent } = watched(page);
    const { loader } = load(page);
    await vi.waitFor(() => expect(sent()).toHaveLength(1));
    loader[how]();
    await vi.waitFor(() => expect(outcomes()).toMatchObject([{ result: 'aborted' }]));
    expect(outcomes()[0]?.errorType).toBeUndefined();
  });

  const setups: Record<string, ((xhr: XMLHttpRequest, url: string) => unknown) | undefined> = {
    absent: undefined,
    'that sets a header': (xhr, at) => {
      xhr.open('GET', at, true);
      xhr.setRequestHeader('x-page', '1');
    },
    'that throws before open': (xhr) => xhr.setRequestHeader('x-page', '1'),
    'that is async': async (xhr, at) => {
      await Promise.resolve();
      xhr.open('GET', at, true);
      xhr.setRequestHeader('x-page', '1');
    },
  };
  test.each(Object.entries(setups))("the page's xhrSetup %s works as without us", async (_name, setup) => {
    const calls = { alone: 0, watched: 0 };
    const counting = (who: keyof typeof calls) =>
      setup &&
      ((xhr: XMLHttpRequest, at: string) => {
        calls[who] += 1;
        return setup(xhr, at);
      });
    const alone = serve({});
    await load(config({ xhrSetup: counting('alone') })).ended;
    const { sent: onWire } = serve({});
    const page = config({ xhrSetup: counting('watched') });
    const own = page.xhrSetup;
    const { sent, faults } = watched(page, header);
    expect(await load(page).ended).toBe('success');
    expect(calls.watched).toBe(calls.alone);
    expect(page.xhrSetup).toBe(own);
    expect(sent()).toHaveLength(1);
    expect(onWire[0]?.headers).toEqual([...(alone.sent[0]?.headers ?? []), ['traceparent', header]]);
    expect(faults).toEqual([]);
  });

  test.each([
    'absent',
    'that sets a header',
    'that throws before open',
    'that is async',
  ])('in the query, xhrSetup %s: asked for elsewhere, and told of where it was asked for without', async (name) => {
    const { sent: onWire } = serve({ status: 503 }, { body: 'segment' });
    const page = config({ xhrSetup: setups[name] });
    const { sent, outcomes, faults } = watched(page, undefined, header);
    const loader = new page.loader(page);
    const answered = await new Promise<Any>((onSuccess) => {
      const retry = { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 };
      const policy = { maxTimeToFirstByteMs: 1000, maxLoadTimeMs: 1000, errorRetry: retry, timeoutRetry: retry };
      loader.load({ url, frag, responseType: 'text' }, { loadPolicy: policy, timeout: 1000 }, { onSuccess });
    });
    expect(answered.url).toBe(url);
    await vi.waitFor(() => expect(outcomes()).toMatchObject([{ result: 'failed' }, { result: 'ok', finalUrl: url }]));
    expect(sent().map(({ request }) => request.url)).toEqual([url, url]);
    expect(onWire.map((one) => one.url)).toEqual(Array(2).fill(withTrace(url, header)));
    const own = setups[name] ? [['x-page', '1']] : [];
    expect(onWire.map(({ headers }) => headers)).toEqual([own, own]);
    expect(faults).toEqual([]);
  });

  test('an address that the page made another one of is the one that is told', async () => {
    serve({});
    const page = config({ xhrSetup: (xhr: XMLHttpRequest, at: string) => xhr.open('GET', `${at}?pass=1`, true) });
    const { sent } = watched(page);
    await load(page).ended;
    expect(sent()[0]?.request.url).toBe(`${url}?pass=1`);
  });

  test('a page that traces its requests itself is left alone', async () => {
    const { sent: onWire } = serve({});
    const page = config({
      xhrSetup(xhr: XMLHttpRequest, at: string) {
        xhr.open('GET', at, true);
        xhr.setRequestHeader('Traceparent', 'own');
      },
    });
    watched(page, header);
    await load(page).ended;
    expect(onWire[0]?.headers).toEqual([['Traceparent', 'own']]);
  });

  test('each attempt has a number of its own', async () => {
    serve({ status: 503 }, {});
    const page = config();
    const { sent } = watched(page);
    await load(page, { retries: 1 }).ended;
    await load(page).ended;
    expect(new Set(sent().map(({ request }) => request.id)).size).toBe(3);
  });

  test('after the abort the loaders are the originals again, and a request under way tells nothing', async () => {
    serve({});
    const page = config();
    const { loader, fLoader, pLoader } = page;
    const { detach, events } = watched(page);
    expect(page.loader).not.toBe(loader);
    const { ended } = load(page);
    detach();
    expect(await ended).toBe('success');
    expect(page).toMatchObject({ loader, fLoader, pLoader });
    expect(events).toEqual([]);
  });

  test('where somebody wrapped over us, we stay and say nothing', async () => {
    serve({});
    const page = config();
    const { detach, events } = watched(page);
    const ours = page.loader;
    page.loader = class extends ours {};
    const theirs = page.loader;
    detach();
    expect(page.loader).toBe(theirs);
    expect(await load(page).ended).toBe('success');
    expect(events).toEqual([]);
  });

  test('the default config and other players are as they were', () => {
    const [page, other] = [config(), config()];
    watched(page);
    expect(other.loader).toBe(Version.DefaultConfig.loader);
    expect(page.loader.prototype).toBe(Version.DefaultConfig.loader.prototype);
    expect(new page.loader(page)).toBeInstanceOf(Version.DefaultConfig.loader);
  });

  describe("the page's own loader", () => {
    test('that knows no setup: one attempt a load', async () => {
      class Peer {
        stats = { retry: 0, loaded: 9, loading: { start: 1, first: 3, end: 5 } };
        load(context: Any, _config: Any, { onSuccess }: Any) {
          onSuccess({ url: context.url, data: '' }, this.stats, context, null);
        }
      }
      const page = config({ loader: Peer });
      const { outcomes, sent } = watched(page);
      expect(await load(page).ended).toBe('success');
      expect(sent()).toHaveLength(1);
      expect(outcomes()).toMatchObject([{ result: 'ok', bytes: 9, ttfbMs: 2 }]);
    });

    test('that passes on a copy of its config', async () => {
      const { sent: onWire } = serve({});
      let calls = 0;
      class Copying extends Version.DefaultConfig.loader {
        constructor(given: Any) {
          super({ ...given });
        }
      }
      const xhrSetup = (xhr: XMLHttpRequest, at: string) => {
        calls += 1;
        xhr.open('GET', at, true);
        xhr.setRequestHeader('x-page', '1');
      };
      const page = config({ loader: Copying, xhrSetup });
      const { sent } = watched(page);
      expect(await load(page).ended).toBe('success');
      expect(calls).toBe(1);
      expect(onWire[0]?.headers).toEqual([['x-page', '1']]);
      expect(sent()).toHaveLength(1);
    });

    test('that writes into its config', async () => {
      serve({});
      class Writing extends Version.DefaultConfig.loader {
        constructor(given: Any) {
          given.xhrSetup = (xhr: XMLHttpRequest, at: string) => xhr.open('GET', at, true);
          super(given);
        }
      }
      const page = config({ loader: Writing });
      const { sent } = watched(page);
      expect(await load(page).ended).toBe('success');
      await vi.waitFor(() => expect(sent()).toHaveLength(1));
    });

    test('that was derived after us keeps its methods', async () => {
      serve({});
      const page = config();
      const { sent } = watched(page);
      class Derived extends page.loader {
        hello() {
          return 'hello';
        }
      }
      page.loader = Derived;
      const { loader, ended } = load(page);
      expect(loader.hello()).toBe('hello');
      expect(await ended).toBe('success');
      expect(sent()).toHaveLength(1);
    });

    test('that throws in its constructor fails as without us', () => {
      class Broken {
        constructor() {
          throw new Error('broken');
        }
      }
      const page = config({ loader: Broken });
      watched(page);
      expect(() => new page.loader(page)).toThrow('broken');
    });
  });
});

describe.each(versions)('hls.js %s over fetch', (name, Version) => {
  const seen: { path: string | undefined; traceparent: string | undefined; page: string | undefined }[] = [];
  const hanging: { destroy(): void }[] = [];
  let failures = 0;
  const server = createServer((request, response) => {
    const { traceparent, 'x-page': page } = request.headers as Record<string, string | undefined>;
    seen.push({ path: request.url, traceparent, page });
    if (request.url === '/hang') {
      response.writeHead(200).write('a');
      return void hanging.push(response);
    }
    if (request.url === '/break') return response.destroy();
    const status = request.url === '/404' ? 404 : request.url === '/503' && failures-- > 0 ? 503 : 200;
    response.writeHead(status).end('segment');
  });
  beforeAll(() => new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready)));
  afterAll(() => {
    for (const response of hanging) response.destroy();
    server.close();
  });
  beforeEach(() => {
    seen.length = 0;
  });
  const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
  const config = (more: Any = {}) => new Version({ enableWorker: false, progressive: true, ...more }).config;

  test('one attempt, told when sent and when ended, with the header', async () => {
    const page = config();
    const { outcomes, sent, faults } = watched(page, header);
    expect(await load(page, { at: at('7.m4s') }).ended).toBe('success');
    expect(sent()).toMatchObject([{ request: { url: at('7.m4s'), retry: 0 } }]);
    expect(outcomes()).toMatchObject([{ result: 'ok', bytes: 7 }]);
    expect(outcomes()[0]?.durationMs).toBeGreaterThanOrEqual(outcomes()[0]?.ttfbMs ?? Number.NaN);
    expect(seen).toMatchObject([{ traceparent: header }]);
    expect(faults).toEqual([]);
  });

  test.each([
    ['404', { errorType: 'http_404', status: 404 }],
    ['break', { errorType: 'connection_failed' }],
  ])('a failure by %s', async (path, outcome) => {
    const page = config();
    const { outcomes } = watched(page);
    expect(await load(page, { at: at(path) }).ended).toBe('error');
    expect(outcomes()).toMatchObject([{ result: 'failed', ...outcome }]);
  });

  test('in the query: asked for elsewhere, with the headers of the page, and told of where it was asked for without', async () => {
    const page = config({
      fetchSetup: (context: Any, init: RequestInit) =>
        new Request(context.url, { ...init, headers: { ...(init.headers as object), 'x-page': '1' } }),
    });
    const { outcomes, sent, faults } = watched(page, undefined, header);
    const loader = new page.loader(page);
    const retry = { maxNumRetry: 0, retryDelayMs: 0, maxRetryDelayMs: 0 };
    const policy = { maxTimeToFirstByteMs: 1000, maxLoadTimeMs: 1000, errorRetry: retry, timeoutRetry: retry };
    const context = { url: at('7.m4s'), frag, responseType: 'text' };
    const answered = await new Promise<Any>((onSuccess) => {
      loader.load(context, { loadPolicy: policy, timeout: 1000 }, { onSuccess });
    });
    expect(answered.url).toBe(at('7.m4s'));
    expect(sent()).toMatchObject([{ request: { url: at('7.m4s') } }]);
    expect(outcomes()).toMatchObject([{ result: 'ok', bytes: 7 }]);
    expect(seen).toEqual([{ path: withTrace('/7.m4s', header), page: '1' }]);
    expect(faults).toEqual([]);
  });

  test('a timeout is a failure', async () => {
    const page = config();
    const { outcomes } = watched(page);
    expect(await load(page, { at: at('hang'), timeoutMs: 50 }).ended).toBe('timeout');
    await vi.waitFor(() => expect(outcomes()).toMatchObject([{ result: 'failed', errorType: 'timeout' }]));
  });

  test.each(['abort', 'destroy'] as const)('an %s is no failure', async (how) => {
    const page = config();
    const { outcomes } = watched(page);
    const { loader } = load(page, { at: at('hang') });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    loader[how]();
    await vi.waitFor(() => expect(outcomes()).toMatchObject([{ result: 'aborted' }]));
  });

  // Older loaders leave retries to the player.
  test.runIf(name === '1.7')('each retry inside the loader is an attempt', async () => {
    failures = 2;
    const page = config();
    const { outcomes, retries } = watched(page);
    expect(await load(page, { at: at('503'), retries: 3 }).ended).toBe('success');
    expect(outcomes().map(({ result }) => result)).toEqual(['failed', 'failed', 'ok']);
    expect(retries()).toEqual([0, 1, 2]);
  });

  const setups: Record<string, (context: Any, init: Any) => Any> = {
    'that gives a request': ({ url: to }, init) => new Request(to, { ...init, headers: { 'x-page': '1' } }),
    // What else each version takes.
    ...(name === '1.5'
      ? { 'that gives an address alone': ({ url: to }) => to }
      : {
          'that gives one later': async ({ url: to }, init) => new Request(to, { ...init, headers: { 'x-page': '1' } }),
        }),
  };
  test.each(Object.entries(setups))("the page's fetchSetup %s works as without us", async (_name, fetchSetup) => {
    const alone = await load(config({ fetchSetup }), { at: at('7.m4s') }).ended;
    const page = config({ fetchSetup });
    const { outcomes, faults } = watched(page);
    expect(await load(page, { at: at('7.m4s') }).ended).toBe(alone);
    expect(seen[1]).toEqual(seen[0]);
    expect(outcomes()).toMatchObject([{ result: 'ok', bytes: 7 }]);
    expect(faults).toEqual([]);
  });
});

test.each([
  [{ type: 'manifest' }, 'manifest'],
  [{ type: 'level' }, 'manifest'],
  [{ type: 'audioTrack' }, 'manifest'],
  [{ type: 'subtitleTrack' }, 'manifest'],
  [{ frag }, 'video'],
  [{ frag: { ...frag, type: 'audio' } }, 'audio'],
  [{ frag: { ...frag, type: 'subtitle' } }, 'text'],
  [{ frag: { ...frag, sn: 'initSegment' as const } }, 'init'],
  [{ frag, keyInfo: {} }, 'key'],
  [{ type: 'steering-manifest' }, 'manifest'],
  [{}, 'other'],
])('%o is a %s', (context, objectType) => {
  expect(objectTypeOf({ url, ...context }, true)).toBe(objectType);
});

test('a main fragment carries the sound too where sound has no renditions of its own', () => {
  expect(objectTypeOf({ url, frag }, false)).toBe('muxed');
});
