// Answers that do not end as planned, and applications that say for themselves what we would say.
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2 } from 'node:http2';
import { pipeline, Readable } from 'node:stream';
import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import { closing, listening, measured, media, name, publish } from '../test-origin.ts';

type Handle = Parameters<ReturnType<typeof measured>['origin']['handler']>[0];

async function handled(handle: Handle, options: Parameters<typeof measured>[0] = {}) {
  const all = measured(options);
  const url = await listening(createServer(all.origin.handler(handle as never)));
  return { ...all, url };
}

const failing = () =>
  Readable.from(
    (async function* () {
      yield media.subarray(0, 1000);
      throw new RangeError('disk');
    })(),
  );

describe('an answer that breaks off on our side', () => {
  test.each<[string, (response: ServerResponse) => void, string]>([
    ['a source that fails in a pipeline', (response) => void pipeline(failing(), response, () => {}), 'RangeError'],
    ['a response that is destroyed', (response) => void response.write('some', () => response.destroy()), 'truncated'],
  ])('%s', async (_, answer, errorType) => {
    const { url, ended, spans } = await handled((_request, response) => {
      response.writeHead(200, { 'content-length': media.length });
      answer(response as ServerResponse);
    });
    await expect(fetch(`${url}/live/seg-1.m4s`).then((response) => response.arrayBuffer())).rejects.toThrow();
    await ended(1);
    expect(spans(name)[0]?.attributes['error.type']).toBe(errorType);
    expect(spans(name)[0]?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test('a body of a Response that fails', async () => {
    const { origin, ended, spans } = measured();
    const body = Readable.toWeb(failing()) as ReadableStream<Uint8Array>;
    const response = await origin.fetch(() => new Response(body))(new Request('http://origin/live/seg-1.m4s'));
    await expect(response.arrayBuffer()).rejects.toThrow('disk');
    await ended(1);
    expect(spans(name)[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'RangeError', 'http.response.body.size': 1000 },
    });
  });
});

describe('handlers of Request', () => {
  test('a reader that goes away is told to the source', async () => {
    const { origin, ended, spans } = measured();
    const cancelled = vi.fn();
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: cancelled,
    });
    const response = await origin.fetch(() => new Response(body))(new Request('http://origin/live/seg-1.m4s'));
    await response.body?.cancel('left');
    await ended(1);
    expect(cancelled).toHaveBeenCalledWith('left');
    expect(spans(name)[0]).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'error.type': 'aborted' },
    });
  });

  test.each([
    ['an immutable head', () => Response.redirect('http://origin/other'), 302],
    ['no body', () => new Response(null, { status: 304 }), 304],
    ['a body that nobody reads, of HEAD', () => new Response('unread'), 200],
  ])('%s', async (_, answer, status) => {
    const { origin, ended, spans } = measured();
    const response = await origin.fetch(answer)(new Request('http://origin/live/seg-1.m4s', { method: 'HEAD' }));
    expect(response.status).toBe(status);
    expect(response.headers.get('server-timing')).toContain(`publish;desc="00-${publish.traceId}`);
    await ended(1);
    expect(spans(name)[0]?.attributes).toMatchObject({
      'http.response.status_code': status,
      'http.response.body.size': 0,
    });
  });

  test('a handler that throws', async () => {
    const { origin, ended, spans } = measured();
    const broken = () => Promise.reject(new RangeError('no'));
    await expect(origin.fetch(broken)(new Request('http://origin/a.mpd'))).rejects.toThrow('no');
    await ended(1);
    expect(spans(name)[0]?.attributes['error.type']).toBe('RangeError');
  });
});

describe('HTTP/2', () => {
  async function asked(path: string, cancelAfterFirst = false) {
    const all = measured();
    const url = await listening(
      createHttp2(
        all.origin.handler((_request, response) => {
          response.writeHead(200, { 'content-type': 'video/mp4', 'cache-control': 'max-age=9' });
          response.write(media.subarray(0, 1000));
          if (!cancelAfterFirst) response.end(media.subarray(1000));
        }) as never,
      ),
    );
    const session = connectHttp2(url);
    closing.unshift(() => session.destroy());
    const stream = session.request({ ':path': path });
    let bytes = 0;
    const headers = await new Promise<Record<string, unknown>>((answered) => stream.once('response', answered));
    await new Promise<void>((closed) => {
      stream.on('data', (chunk) => {
        bytes += chunk.length;
        if (cancelAfterFirst) stream.close(8);
      });
      stream.once('close', closed);
    });
    await all.ended(1);
    return { ...all, bytes, headers };
  }

  test('bytes, status and the head are told once', async () => {
    const { bytes, headers, spans } = await asked('/live/seg-1.m4s');
    expect(bytes).toBe(media.length);
    expect(headers['server-timing']).toContain('traceparent;desc=');
    const { attributes } = spans(name)[0] ?? {};
    expect(attributes).toMatchObject({
      'http.response.status_code': 200,
      'http.response.body.size': media.length,
      'http.response.header.cache-control': 'max-age=9',
    });
    expect(attributes?.['error.type']).toBeUndefined();
  });

  test('a client that cancels', async () => {
    const { spans } = await asked('/live/seg-1.m4s', true);
    expect(spans(name)[0]?.attributes['error.type']).toBe('aborted');
  });
});

describe('what the application says itself', () => {
  const site = { headers: { origin: 'https://site.example' } };
  test.each<[string, (response: ServerResponse) => unknown]>([
    [
      'by setHeader',
      (response) =>
        response.setHeader('Vary', 'Accept').setHeader('Access-Control-Allow-Origin', 'https://own.example'),
    ],
    [
      'in writeHead',
      (response) => response.writeHead(200, { vary: 'Accept', 'access-control-allow-origin': 'https://own.example' }),
    ],
    [
      'in a list',
      (response) => response.writeHead(200, ['Vary', 'Accept', 'Access-Control-Allow-Origin', 'https://own.example']),
    ],
  ])('stays: %s', async (_, say) => {
    const { url } = await handled(
      (_request, response) => {
        say(response as ServerResponse);
        response.end('ok');
      },
      { allowOrigin: ['https://site.example', 'https://other.example'] },
    );
    const { headers } = await fetch(url, site);
    expect(headers.get('access-control-allow-origin')).toBe('https://own.example');
    expect(headers.get('vary')).toBe('Accept, Origin');
    // For media elements, which ask without an Origin.
    expect(headers.get('timing-allow-origin')).toBe('https://site.example, https://other.example');
  });

  test('objects that it uses again do not change', async () => {
    const head = Object.freeze({ 'content-type': 'video/mp4', 'server-timing': 'disk;dur=3' });
    const { url } = await handled((_request, response) => void response.writeHead(200, head).end('ok'));
    for (let time = 0; time < 2; time++) {
      const { headers } = await fetch(`${url}/a.ts`);
      expect(headers.get('server-timing')).toMatch(
        /^disk;dur=3, traceparent;desc="00-[\da-f-]{52}", at;desc="[\d.]+"$/,
      );
    }
  });

  test('a middleware inside of a handler tells it once', async () => {
    const all = measured();
    const inner = all.origin.handler((_, response) => void response.end('ok'));
    const url = await listening(createServer(all.origin.handler(inner as never)));
    const { headers } = await fetch(`${url}/a.ts`);
    expect(headers.get('server-timing')?.match(/traceparent/g)).toHaveLength(1);
    await all.ended(1);
    all.origin.stop();
    expect(all.spans(name)).toHaveLength(1);
  });

  test('a middleware that comes when the head is written breaks nothing', async () => {
    const { origin } = measured({ allowOrigin: '*' });
    const url = await listening(
      createServer((request, response) => {
        response.writeHead(200).write('head, ');
        origin.middleware(request, response, () => void response.end('body'));
      }),
    );
    expect(await (await fetch(url)).text()).toBe('head, body');
  });
});

test('providers and registries that throw leave answers as they are', async () => {
  const broken = () => {
    throw new Error('broken');
  };
  const { url } = await handled((_, response) => void response.end('ok'), {
    tracerProvider: { getTracer: () => ({ startSpan: broken, startActiveSpan: broken }) },
    publications: { contextOf: broken },
  });
  expect(await (await fetch(`${url}/seg.ts`)).text()).toBe('ok');
});

test('nothing secret of a path is told', async () => {
  const { url, ended, spans } = await handled((_, response) => void response.end('ok'));
  await fetch(`${url}/hdntl=exp=1795~hmac=S3CR3T/live/seg-1.m4s?token=S3CR3T`);
  await ended(1);
  expect(spans(name)[0]?.attributes['request.path']).toBe('/REDACTED/live/seg-1.m4s');
  expect(JSON.stringify(spans(name)[0]?.attributes)).not.toContain('S3CR3T');
});
