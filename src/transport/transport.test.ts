import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listen, receiver } from '../../e2e/transport/receiver.ts';
import type { Batch, Transport } from './transport.ts';
import { transport } from './transport.ts';

let server: Awaited<ReturnType<typeof receiver>>;
let link: Transport;

beforeEach(async () => {
  server = await receiver();
  link = transport({ endpoint: server.url });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await server.close();
});

const metrics = (name: string): Batch => ({ signal: 'metrics', body: JSON.stringify({ resourceMetrics: [], name }) });
const traces = (name: string, bytes = 0): Batch => ({
  signal: 'traces',
  body: JSON.stringify({ resourceSpans: [], name, filling: 'x'.repeat(bytes) }),
});
const names = () => server.arrivals.map(({ text }) => (JSON.parse(text) as { name: string }).name);
const arrived = (count: number) => vi.waitFor(() => expect(server.arrivals).toHaveLength(count), 5000);
/** Full jitter with no jitter at all: retries come at once. */
const retryAtOnce = () => vi.spyOn(Math, 'random').mockReturnValue(0);
const none = { queue_full: 0, refused: 0, too_large: 0, gave_up: 0 };

test('a batch arrives compressed at the path of its signal', async () => {
  link.send(metrics('m'));
  link.send(traces('t'));
  await arrived(2);
  expect(server.arrivals.map(({ path, gzip }) => [path, gzip])).toEqual([
    ['/v1/metrics', true],
    ['/v1/traces', true],
  ]);
  expect(link.dropped()).toEqual(none);
});

test('an endpoint may have a path, a trailing slash and a query', async () => {
  transport({ endpoint: `${server.url}/otlp//?key=1` }).send(metrics('m'));
  await arrived(1);
  expect(server.arrivals[0]?.path).toBe('/otlp/v1/metrics?key=1');
});

test('it goes plain where the browser cannot compress', async () => {
  vi.stubGlobal('CompressionStream', undefined);
  link.send(metrics('m'));
  await arrived(1);
  vi.unstubAllGlobals();
  expect(server.arrivals[0]?.gzip).toBe(false);
});

test('one request is under way at a time', async () => {
  server.answer();
  for (const name of ['a', 'b', 'c']) link.send(metrics(name));
  await arrived(1);
  expect(names()).toEqual(['a']);
});

test.each([429, 502, 503, 504])('%i is tried again', async (status) => {
  retryAtOnce();
  server.answer((response) => {
    server.answer((next) => next.end());
    response.writeHead(status).end('busy');
  });
  link.send(metrics('m'));
  await arrived(2);
  await link.close();
  expect(link.dropped()).toEqual(none);
});

test.each([
  [400, 'refused'],
  [401, 'refused'],
  [404, 'refused'],
  [500, 'refused'],
  [307, 'refused'],
  [413, 'too_large'],
] as const)('%i is final and counts as %s', async (status, reason) => {
  server.answer((response) => response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('no'));
  link.send(metrics('m'));
  await link.close();
  expect(server.arrivals).toHaveLength(1);
  expect(link.dropped()).toEqual({ ...none, [reason]: 1 });
});

test('200 with garbage, a body that breaks off, or one without end, is delivered', async () => {
  const answers = [
    (response: ServerResponse) => response.end('<html>'),
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half');
      setImmediate(() => response.destroy());
    },
    (response: ServerResponse) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(9000)));
      };
      response.on('drain', more);
      more();
    },
  ];
  for (const answer of answers) {
    server.answer(answer);
    link.send(metrics('m'));
    await arrived(answers.indexOf(answer) + 1);
  }
  await link.close();
  expect(server.arrivals).toHaveLength(3);
  expect(link.dropped()).toEqual(none);
});

test('the pause that the server asks for is kept', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  let refusedAt = 0;
  server.answer((response) => {
    refusedAt = performance.now();
    server.answer((next) => next.end());
    response.writeHead(429, { 'retry-after': '1' }).end();
  });
  link.send(metrics('m'));
  await arrived(1);
  link.send(metrics('n'));
  await arrived(3);
  // Timers may fire up to a millisecond early.
  expect(performance.now() - refusedAt).toBeGreaterThan(995);
});

test('while the collector is away the queue is bounded and keeps the metrics; back again, these go first', async () => {
  let up = false;
  const back: string[] = [];
  const flapping = await listen((request, response) => {
    if (!up) {
      request.socket.destroy();
      return;
    }
    back.push(request.url ?? '');
    request.resume().on('end', () => response.end());
  });
  const patient = transport({ endpoint: `http://127.0.0.1:${flapping.port}` });
  for (let index = 0; index < 300; index++) {
    patient.send(traces(`t${index}`, 20_000));
    if (index % 10 === 0) patient.send(metrics(`m${index}`));
  }
  const lost = patient.dropped().queue_full;
  expect(lost).toBeGreaterThan(200);
  retryAtOnce();
  up = true;
  await patient.close();
  await flapping.close();
  expect(back.filter((path) => path === '/v1/metrics')).toHaveLength(30);
  expect(back.slice(0, 30).every((path) => path === '/v1/metrics')).toBe(true);
  expect(back.length).toBe(330 - lost);
  expect(patient.dropped()).toEqual({ ...none, queue_full: lost });
});

test('what has waited two minutes is given up', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  server.answer((response) => response.writeHead(503).end());
  link.send(metrics('old'));
  await arrived(1);
  vi.setSystemTime(Date.now() + 121_000);
  server.answer((response) => response.end());
  link.send(metrics('new'));
  await link.close();
  expect(names()).toEqual(['old', 'new']);
  expect(link.dropped()).toEqual({ ...none, gave_up: 1 });
});

test('large batches go in requests under 60 KiB', async () => {
  const spans = Array.from({ length: 2000 }, (_, index) => ({ name: 'livestream.segment.fetch', index }));
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  expect(body.length).toBeGreaterThan(65_536);
  link.send({ signal: 'traces', body });
  link.send({ signal: 'traces', body: 'no OTLP '.repeat(10_000) });
  await link.close();
  expect(server.arrivals.every(({ text }) => text.length <= 61_440)).toBe(true);
  expect(server.arrivals.flatMap(({ text }) => text.match(/"index"/g) ?? [])).toHaveLength(2000);
  expect(link.dropped()).toEqual({ ...none, too_large: 1 });
});

test('headers may be a function, now or later; while it fails the batch waits', async () => {
  retryAtOnce();
  const seen: unknown[] = [];
  const other = await listen((request, response) => {
    seen.push([request.headers.authorization, request.headers['content-type']]);
    request.resume().on('end', () => response.end());
  });
  const tries = [
    // Asked at the start, and again for each attempt.
    () => Promise.reject(new Error('not yet')),
    () => {
      throw new Error('no token');
    },
    () => Promise.reject(new Error('no token')),
    () => Promise.resolve({ Authorization: 'a', 'Content-Type': 'text/plain' }),
  ];
  const tokened = transport({
    endpoint: `http://127.0.0.1:${other.port}`,
    headers: () => (tries.shift() ?? (() => ({ Authorization: 'b' })))(),
  });
  tokened.send(metrics('m'));
  tokened.send(metrics('n'));
  await tokened.close();
  await other.close();
  expect(seen).toEqual([
    ['a', 'application/json'],
    ['b', 'application/json'],
  ]);
});

test('who leaves before anything was sent leaves with headers all the same', async () => {
  const seen: unknown[] = [];
  const other = await listen((request, response) => {
    seen.push(request.headers.authorization);
    request.resume().on('end', () => response.end());
  });
  const asked = vi.fn(async () => ({ authorization: 'a' }));
  const tokened = transport({ endpoint: `http://127.0.0.1:${other.port}`, headers: asked });
  expect(asked).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  tokened.leave([metrics('m')]);
  await vi.waitFor(() => expect(seen[0]).toBe('a'), 5000);
  await tokened.close();
  await other.close();
});

test("the page's own instrumentation of fetch does not see our requests", async () => {
  const traced = vi.fn();
  vi.stubGlobal('fetch', Object.assign(traced, { __original: globalThis.fetch }));
  const hidden = transport({ endpoint: server.url });
  vi.unstubAllGlobals();
  hidden.send(metrics('m'));
  await arrived(1);
  expect(traced).not.toHaveBeenCalled();
});

test('leaving sends what is in flight, queued and given, metrics first, each at most once more', async () => {
  server.answer();
  link.send(traces('flying'));
  await arrived(1);
  link.send(traces('queued'));
  for (let again = 0; again < 20; again++) link.leave(again ? [] : [traces('last'), metrics('given')]);
  await arrived(5);
  expect(names().slice(1).sort()).toEqual(['flying', 'given', 'last', 'queued']);
});

test('a page that lives on loses nothing: what fails on leaving is sent again', async () => {
  retryAtOnce();
  server.answer((response) => {
    response.destroy();
    if (server.arrivals.length === 2) server.answer((next) => next.end());
  });
  link.leave([metrics('m'), traces('t')]);
  await vi.waitFor(() => expect(new Set(names().slice(2))).toEqual(new Set(['m', 't'])), 5000);
  await link.close();
  expect(link.dropped()).toEqual(none);
});

test('far more than the keepalive quota: all arrives while the page lives, and each only once', async () => {
  const all = Array.from({ length: 20 }, (_, index) => traces(`t${index}`, 20_000));
  link.leave(all);
  await link.close();
  expect(new Set(names()).size).toBe(20);
  expect(server.arrivals).toHaveLength(20);
});

test('an answer that does not come within 10 s counts as a failure', async () => {
  retryAtOnce();
  server.answer();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  link.send(metrics('m'));
  while (server.arrivals.length < 1) await new Promise(setImmediate);
  server.answer((response) => response.end());
  await vi.advanceTimersByTimeAsync(9_999);
  expect(server.arrivals).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  while (server.arrivals.length < 2) {
    await vi.advanceTimersByTimeAsync(1);
    await new Promise(setImmediate);
  }
  expect(names()).toEqual(['m', 'm']);
});

test('closing is bounded, and what comes after it is counted', async () => {
  server.answer();
  link.send(metrics('held'));
  await arrived(1);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const closed = link.close();
  vi.advanceTimersByTime(10_000);
  await closed;
  link.send(metrics('late'));
  expect(link.dropped()).toEqual({ ...none, gave_up: 2 });
});
