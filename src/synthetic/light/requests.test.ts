import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Outcome, PlaybackEvent } from '../../core/events.ts';
import { closeConnections, connections } from './exchange.ts';
import { requests } from './requests.ts';

let close = () => {};
afterEach(() => close());

async function serving(answer: RequestListener, server: Server = createServer()) {
  const seen: IncomingMessage[] = [];
  server.on('request', (request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const events: (PlaybackEvent & { type: 'request' })[] = [];
  const over = connections();
  const leaving = new AbortController();
  close = () => {
    closeConnections(over);
    server.closeAllConnections();
    server.close();
  };
  const asks = requests({
    emit: (event) => void (event.type === 'request' && events.push(event)),
    traceparent: ({ id }) => `trace-${id}`,
    connections: over,
    headers: { authorization: 'ours' },
    source: `${base}/main.m3u8`,
    signal: leaving.signal,
  });
  const get = (path: string) => asks.fetch({ url: base + path }, { objectType: 'manifest' });
  const outcomes = () => events.flatMap(({ outcome }) => outcome ?? []) as Outcome[];
  return { seen, base, get, outcomes, events, leaving, server };
}

test('an answer is told with its time, its bytes and its phases', async () => {
  const { get, outcomes, events, seen } = await serving((_, response) => {
    response.setHeader('server-timing', 'at;desc="17"');
    response.write('#EXT');
    setTimeout(() => response.end('M3U'), 60);
  });
  expect((await get('/a')).body).toBe('#EXTM3U');
  const [outcome] = outcomes();
  expect(outcome).toMatchObject({
    result: 'ok',
    status: 200,
    bytes: 7,
    served: { atMs: 17 },
    phases: { protocol: 'http/1.1' },
  });
  expect(outcome?.durationMs).toBeGreaterThanOrEqual((outcome?.ttfbMs ?? 0) + 55);
  expect(outcome?.phases?.connect).toBeGreaterThan(0);
  expect(events.map((event) => event.outcome?.result)).toEqual([undefined, 'ok']);
  expect(seen[0]?.headers).toMatchObject({ traceparent: 'trace-1', authorization: 'ours' });
});

test('a connection that is kept has no phase of connecting', async () => {
  const { get, outcomes } = await serving((_, response) => response.end('x'));
  await get('/a');
  await get('/b');
  expect(outcomes()[1]?.phases?.connect).toBeUndefined();
  expect(outcomes()[1]?.phases?.wait).toBeGreaterThan(0);
});

test('a kept connection that is closed in the instant of its use is no failure', async () => {
  const { get, outcomes, seen } = await serving((request, response) => {
    if (seen.filter(({ url }) => url === '/b').length === 1 && request.url === '/b') request.socket.destroy();
    else response.end('x');
  });
  await get('/a');
  expect((await get('/b')).body).toBe('x');
  expect(outcomes().map(({ result }) => result)).toEqual(['ok', 'ok']);
});

test('redirects are followed, and our headers go to our origin only', async () => {
  const far = await serving((_, response) => response.end('far'));
  const closeFar = close;
  const { get, outcomes } = await serving((_, response) =>
    response.writeHead(302, { location: `${far.base}/there` }).end(),
  );
  expect(await get('/here')).toEqual({ url: `${far.base}/there`, body: 'far' });
  expect(outcomes()).toMatchObject([{ result: 'ok', status: 200, finalUrl: `${far.base}/there` }]);
  expect(far.seen[0]?.headers.authorization).toBeUndefined();
  closeFar();
});

test('a failure is told and asked for again', async () => {
  const { get, outcomes, events, seen } = await serving((_, response) => {
    response.statusCode = seen.length === 1 ? 503 : 200;
    response.end('x');
  });
  await get('/a');
  expect(outcomes()).toMatchObject([{ result: 'failed', errorType: 'http_503' }, { result: 'ok' }]);
  expect(events.at(-1)?.request.retry).toBe(1);
});

test('an answer that breaks off has failed', async () => {
  const { get, outcomes, seen } = await serving((_, response) => {
    response.setHeader('content-length', 10);
    response.write('half');
    if (seen.length === 1) setTimeout(() => response.destroy(), 20);
    else response.end(' whole');
  });
  expect((await get('/a')).body).toBe('half whole');
  expect(outcomes()).toMatchObject([{ result: 'failed', errorType: 'connection_lost', bytes: 4 }, { result: 'ok' }]);
});

test('what is under way when the viewer leaves was aborted', async () => {
  const { get, outcomes, leaving } = await serving(() => leaving.abort());
  await expect(get('/a')).rejects.toThrow();
  expect(outcomes()).toMatchObject([{ result: 'aborted' }]);
});
