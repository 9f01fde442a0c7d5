// Origins of every kind, answered over real sockets: what the span says, what the answer says, and that it is otherwise untouched.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { serve } from '@hono/node-server';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { InstrumentedOrigin } from './origin.ts';
import { instrumentOrigin } from './origin.ts';
import { closing, listening, measured, media, name, publish, traceparent } from './test-origin.ts';

type Start = (origin: InstrumentedOrigin) => Promise<string>;

/** The same small origin in every framework: a segment with a header of its own, one that fails, one that is not there. */
const frameworks: Record<string, Start> = {
  'node:http': (origin) =>
    listening(
      createServer(
        origin.handler((request: IncomingMessage, response: ServerResponse) => {
          if (request.url?.startsWith('/fail')) {
            response.writeHead(500, { 'content-type': 'text/plain' }).end('sorry');
          } else if (request.url?.startsWith('/live/seg')) {
            response.writeHead(200, { 'content-type': 'video/mp4', 'server-timing': 'disk;dur=3' });
            Readable.from([media.subarray(0, 1000), media.subarray(1000)]).pipe(response);
          } else response.writeHead(404).end();
        }),
      ),
    ),
  express(origin) {
    const app = express();
    app.use(origin.middleware);
    app.get('/fail', (_, response) => void response.status(500).type('text').send('sorry'));
    app.get('/live/seg-1.m4s', (_, response) => {
      response.set({ 'content-type': 'video/mp4', 'server-timing': 'disk;dur=3' }).send(media);
    });
    return listening(createServer(app));
  },
  async fastify(origin) {
    const app = fastify();
    app.addHook('onRequest', origin.onRequest);
    app.get('/fail', (_, reply) => reply.code(500).type('text/plain').send('sorry'));
    app.get('/live/seg-1.m4s', (_, reply) =>
      reply
        .header('server-timing', 'disk;dur=3')
        .type('video/mp4')
        .send(Readable.from([media])),
    );
    closing.push(() => app.close());
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
  async hono(origin) {
    const app = new Hono();
    app.get('/fail', (c) => c.text('sorry', 500));
    app.get('/live/seg-1.m4s', () => {
      const headers = { 'content-type': 'video/mp4', 'server-timing': 'disk;dur=3' };
      return new Response(new Uint8Array(media), { headers });
    });
    return new Promise((ready) => {
      const server = serve({ fetch: origin.fetch(app.fetch), port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        ready(`http://127.0.0.1:${port}`),
      );
      closing.push(() => new Promise((closed) => server.close(closed)));
    });
  },
};

describe.each(Object.entries(frameworks))('%s', (_, start) => {
  test('a segment: its span in the trace of the fetch, linked to its publish, and an answer that says both', async () => {
    const { origin, ended, spans, total } = measured();
    const url = await start(origin);
    const response = await fetch(`${url}/live/seg-1.m4s?token=secret`, { headers: { traceparent, range: 'bytes=0-' } });
    expect(Buffer.from(await response.arrayBuffer()).equals(media)).toBe(true);
    await ended(1);
    const [span] = spans(name);
    expect(span).toMatchObject({ kind: SpanKind.SERVER, status: { code: SpanStatusCode.UNSET } });
    expect(span?.parentSpanContext).toMatchObject({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
    expect(span?.links.map(({ context }) => context.spanId)).toEqual([publish.spanId]);
    expect(span?.attributes).toMatchObject({
      'stream.id': 'demo',
      'request.type': 'segment',
      'request.path': '/live/seg-1.m4s',
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.response.body.size': media.length,
      'http.request.header.range': 'bytes=0-',
    });
    const said = response.headers.get('server-timing') ?? '';
    const { traceId = '', spanId = '' } = span?.spanContext() ?? {};
    expect(said).toContain('disk;dur=3');
    expect(said).toContain(`traceparent;desc="00-${traceId}-${spanId}-01"`);
    expect(said).toContain(`publish;desc="00-${publish.traceId}-${publish.spanId}-01"`);
    expect(Math.abs(Number(/at;desc="(\d+\.\d)"/.exec(said)?.[1]) - Date.now())).toBeLessThan(5000);
    const of = { 'request.type': 'segment', 'http.response.status_class': '2xx', 'stream.id': 'demo' };
    expect(await total('livestream.origin.requests', of)).toMatchObject({ sum: 1 });
    expect(await total('livestream.origin.request_latency', of)).toMatchObject({ count: 1 });
  });

  test('what fails and what is not there is answered as it was, and told', async () => {
    const { origin, ended, spans, total } = measured();
    const url = await start(origin);
    const failed = await fetch(`${url}/fail`);
    expect([failed.status, await failed.text()]).toEqual([500, 'sorry']);
    const missing = await fetch(`${url}/live/none.m3u8`);
    expect(missing.status).toBe(404);
    await missing.arrayBuffer();
    await ended(2);
    const byPath = (path: string) => spans(name).find(({ attributes }) => attributes['request.path'] === path);
    expect(byPath('/fail')).toMatchObject({ status: { code: SpanStatusCode.ERROR } });
    const { attributes, status } = byPath('/live/none.m3u8') ?? {};
    // A client that asks for what is not there is no error of the server.
    expect(status).toEqual({ code: SpanStatusCode.UNSET });
    expect(attributes).toMatchObject({ 'request.type': 'manifest', 'error.type': '404', protocol: 'hls' });
    expect(await total('livestream.origin.requests', { 'http.response.status_class': '5xx' })).toMatchObject({
      sum: 1,
    });
  });

  test('pages of other origins: answers are open, and a preflight is answered without the application', async () => {
    const { origin, ended, spans } = measured({ allowOrigin: ['https://site.example/'] });
    const url = await start(origin);
    const headers = { origin: 'https://site.example', 'access-control-request-method': 'GET' };
    const asked = await fetch(`${url}/live/seg-1.m4s`, { method: 'OPTIONS', headers });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toContain('traceparent');
    expect(asked.headers.get('access-control-max-age')).toBe('86400');
    const open = await fetch(`${url}/live/seg-1.m4s`, { headers: { origin: 'https://site.example' } });
    await open.arrayBuffer();
    expect(open.headers.get('timing-allow-origin')).toBe('https://site.example');
    expect(open.headers.get('vary')).toContain('Origin');
    const closed = await fetch(`${url}/live/seg-1.m4s`, { headers: { origin: 'https://else.example' } });
    await closed.arrayBuffer();
    expect(closed.headers.get('access-control-allow-origin')).toBeNull();
    // Each mode's price is told: a preflight is a request.
    await ended(3);
    expect(spans(name)[0]?.attributes).toMatchObject({ 'http.request.method': 'OPTIONS', 'request.type': 'other' });
  });
});

describe('node:http', () => {
  const handled = async (handle: (request: IncomingMessage, response: ServerResponse) => unknown) => {
    const all = measured();
    const handler = all.origin.handler(handle);
    // As an application does that survives its handlers.
    const url = await listening(
      createServer(async (request, response) => {
        try {
          await handler(request, response);
        } catch {
          response.statusCode = 500;
          response.end('caught');
        }
      }),
    );
    return { ...all, url };
  };

  test.each([
    [
      'throws',
      () => {
        throw new RangeError('no');
      },
    ],
    ['rejects', async () => Promise.reject(new RangeError('no'))],
  ])("a handler that %s: the error is the application's, and on the span", async (_, handle) => {
    const { url, ended, spans } = await handled(handle);
    const response = await fetch(`${url}/live/a.mpd`);
    expect([response.status, await response.text()]).toEqual([500, 'caught']);
    await ended(1);
    const [span] = spans(name);
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes['error.type']).toBe('RangeError');
    expect(span?.events.map((event) => event.name)).toEqual(['exception']);
  });

  test('a client that goes away in the middle', async () => {
    const { url, ended, spans } = await handled((_, response) => {
      response.writeHead(200, { 'content-length': media.length });
      response.write(media.subarray(0, 1000));
    });
    const gone = new AbortController();
    const response = await fetch(`${url}/live/seg-1.m4s`, { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    await ended(1);
    expect(spans(name)[0]).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'error.type': 'aborted', 'http.response.body.size': 1000 },
    });
  });

  test('several requests on one connection, without waiting for answers', async () => {
    const { url, ended, spans } = await handled((request, response) => {
      setTimeout(() => response.end(request.url), request.url === '/1.ts' ? 30 : 0);
    });
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    closing.push(() => socket.destroy());
    socket.write(['/1.ts', '/2.ts', '/3.ts'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await ended(3);
    const paths = spans(name).map(({ attributes }) => attributes['request.path']);
    expect(new Set(paths)).toEqual(new Set(['/1.ts', '/2.ts', '/3.ts']));
    for (const { attributes } of spans(name)) expect(attributes['http.response.body.size']).toBe(5);
  });

  test.each([
    ['writeHead with a list', (response: ServerResponse) => response.writeHead(200, ['Server-Timing', 'a;dur=1'])],
    [
      'writeHead with a text',
      (response: ServerResponse) => response.setHeader('Server-Timing', ['a;dur=1']).writeHead(200, 'Fine'),
    ],
    ['no writeHead', (response: ServerResponse) => response.setHeader('Server-Timing', 'a;dur=1')],
    [
      'writeHead with other headers',
      (response: ServerResponse) => response.setHeader('Server-Timing', 'a;dur=1').writeHead(200, { 'x-a': '1' }),
    ],
  ])('the Server-Timing of the application stays: %s', async (_, head) => {
    const { url } = await handled((_request, response) => {
      head(response);
      response.end('ok');
    });
    const response = await fetch(`${url}/live/seg-1.m4s`);
    expect(await response.text()).toBe('ok');
    const said = response.headers.get('server-timing');
    expect(said).toContain('a;dur=1');
    expect(said).toContain('traceparent;desc=');
  });

  test('HEAD and 304 have no body', async () => {
    const { url, ended, spans } = await handled((request, response) => {
      response.statusCode = request.method === 'HEAD' ? 200 : 304;
      response.end(request.method === 'HEAD' ? 'not sent' : undefined);
    });
    await fetch(`${url}/live/init.mp4`, { method: 'HEAD' });
    await fetch(`${url}/live/init.mp4`);
    await ended(2);
    for (const { attributes } of spans(name)) {
      expect(attributes).toMatchObject({ 'http.response.body.size': 0, 'request.type': 'init' });
    }
  });

  test('what is held back on purpose is not slow; the context may travel in the query', async () => {
    const { url, ended, spans, total } = await handled((_, response) => void setTimeout(() => response.end('ok'), 50));
    await fetch(`${url}/live/v540.m3u8?_HLS_msn=7&playscope-traceparent=${traceparent}`).then((r) => r.text());
    await ended(1);
    expect(await total('livestream.origin.request_latency')).toMatchObject({ count: 0 });
    expect(spans(name)[0]?.parentSpanContext?.spanId).toBe('b'.repeat(16));
    expect(spans(name)[0]?.attributes).toMatchObject({ 'request.blocking': true, 'request.path': '/live/v540.m3u8' });
  });
});

test('streams by path are bounded, and what throws names none', async () => {
  const { origin, points, ended } = measured({
    streamId: (path) => {
      if (path === '/throw') throw new Error('no');
      return path.split('/')[1];
    },
  });
  const url = await listening(createServer(origin.handler((_, response: ServerResponse) => void response.end('ok'))));
  for (let stream = 0; stream < 120; stream++) await fetch(`${url}/s${stream}/a.ts`).then((r) => r.text());
  await fetch(`${url}/throw`).then((r) => r.text());
  await ended(121);
  const streams = new Set((await points()).map(({ attributes }) => attributes['stream.id']));
  expect(streams.size).toBe(102);
  expect(streams).toContain('other');
});

test('bandwidth is what went out, in megabits a second', async () => {
  const { origin, total, ended } = measured();
  const url = await listening(createServer(origin.handler((_, response: ServerResponse) => void response.end(media))));
  const began = performance.now();
  for (let index = 0; index < 5; index++) await fetch(`${url}/live/seg-${index}.ts`).then((r) => r.arrayBuffer());
  await ended(5);
  origin.stop();
  const seconds = (performance.now() - began) / 1000;
  const { most } = await total('livestream.edge.bandwidth', { 'stream.id': 'demo' });
  const expected = (5 * media.length * 8) / 1e6 / seconds;
  expect(most).toBeGreaterThan(expected * 0.5);
  expect(most).toBeLessThan(expected * 1.5);
});

test.each([
  [undefined, 'options must be an object, received undefined'],
  [{}, 'streamId must be a text of 1 to 256 characters or a function of a path, received undefined'],
  [{ streamId: 'a', allowOrigin: 'site' }, 'allowOrigin must be \'*\' or a list of origins, received "site"'],
])('a wrong option is one sentence: %j', (options, sentence) => {
  expect(() => instrumentOrigin(options as never)).toThrow(`playscope: ${sentence}.`);
});
