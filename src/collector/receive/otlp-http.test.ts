import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { metricsBody, span, tracesBody, watched } from '../test-bodies.ts';
import { testCollector, testStart } from '../test-collector.ts';

const good = JSON.stringify(metricsBody({ session: 'a', time: testStart, counters: watched(10) }));

test('each refusal has its status and one line', async () => {
  const { url, post } = await testCollector({ maxBodyBytes: 10_000 });
  const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
  const cases: [string, Promise<Response>, number][] = [
    ['text', post('/v1/metrics', good, { 'Content-Type': 'text/plain' }), 415],
    ['no type', post('/v1/metrics', good, { 'Content-Type': '' }), 415],
    ['deflate', post('/v1/metrics', good, { 'Content-Encoding': 'deflate' }), 415],
    ['twice gzip', post('/v1/metrics', gzipSync(good), { 'Content-Encoding': 'gzip, gzip' }), 415],
    ['not gzip', post('/v1/metrics', good, { 'Content-Encoding': 'gzip' }), 400],
    ['cut gzip', post('/v1/metrics', gzipSync(good).subarray(0, 60), { 'Content-Encoding': 'gzip' }), 400],
    ['bad JSON', post('/v1/metrics', '{"resourceMetrics":'), 400],
    ['no object', post('/v1/traces', '[]'), 400],
    ['bad UTF-8', post('/v1/metrics', new Uint8Array([0x7b, 0xff, 0x7d])), 400],
    ['bad protobuf', post('/v1/metrics', new Uint8Array([10, 200]), { 'Content-Type': 'application/x-protobuf' }), 400],
    ['large', post('/v1/metrics', ' '.repeat(10_001)), 413],
    ['bomb', post('/v1/metrics', bomb, { 'Content-Encoding': 'gzip' }), 413],
    ['path', post('/v1/logs', good), 404],
    ['method', fetch(`${url}/v1/metrics`), 405],
    ['wrong api method', post('/api/viewers', good), 405],
    ['api path', fetch(`${url}/api/nothing`), 404],
    ['page', fetch(`${url}/nothing.html`), 404],
    ['trace', fetch(`${url}/api/traces/${'1'.repeat(32)}`), 404],
    ['minutes', fetch(`${url}/api/series?minutes=0`), 400],
    ['odd URL', fetch(`${url}/%ff//..//%00`), 404],
  ];
  for (const [name, request, status] of cases) {
    const response = await request;
    const text = await response.text();
    expect(response.status, name).toBe(status);
    expect(text.trim().split('\n'), name).toHaveLength(1);
    expect(text.length, name).toBeGreaterThan(10);
  }
  expect((await post('/v1/metrics', good)).status).toBe(200);
});

test('an OTLP client gets its refusal as a Status', async () => {
  const { post } = await testCollector();
  const json = await post('/v1/metrics', '{');
  expect(json.headers.get('content-type')).toBe('application/json');
  expect(await json.json()).toEqual({ code: 3, message: expect.stringContaining('expected an OTLP metrics request') });
  const protobuf = await post('/v1/metrics', new Uint8Array([10, 200]), { 'Content-Type': 'application/x-protobuf' });
  expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf');
  expect([...new Uint8Array(await protobuf.arrayBuffer())].slice(0, 3)).toEqual([8, 3, 18]);
});

test('answers may be stored, because older exporters hang on no-store', async () => {
  const { post } = await testCollector();
  const response = await post('/v1/metrics', good, { 'Content-Type': 'application/json; charset=utf-8' });
  expect(response.headers.get('cache-control')).toBeNull();
  expect(await response.json()).toEqual({});
});

test('localhost answers on IPv4 and IPv6', async () => {
  const { port } = await testCollector();
  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    expect((await fetch(`http://${host}:${port}/healthz`)).status, host).toBe(200);
  }
});

test('a port in use says so and keeps the code', async () => {
  const { port } = await testCollector();
  const second = testCollector({ port });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(second).rejects.toThrow(`port: expected a free one on 127.0.0.1, received ${port}: it is in use`);
});

test('any origin may send by default, with a long-lived preflight and the headers it asks for', async () => {
  const { url, post } = await testCollector();
  const headers = { Origin: 'https://tv.example', 'Access-Control-Request-Headers': 'content-type, X-Tenant, b@d' };
  const preflight = await fetch(`${url}/v1/metrics`, { method: 'OPTIONS', headers });
  expect(preflight.status).toBe(204);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    'access-control-allow-origin': 'https://tv.example',
    'access-control-allow-headers': 'content-type, content-encoding, authorization, x-tenant',
    'access-control-allow-methods': 'POST',
    'access-control-max-age': '7200',
  });
  const many = Array.from({ length: 5000 }, (_, i) => `h${i}`).join(',');
  const asked = await fetch(`${url}/v1/metrics`, {
    ...{ method: 'OPTIONS', headers: { ...headers, 'Access-Control-Request-Headers': many.slice(0, 8000) } },
  });
  expect(asked.headers.get('access-control-allow-headers')?.split(',').length).toBe(23);
  const sent = await post('/v1/metrics', good, { Origin: 'https://tv.example' });
  expect(sent.headers.get('access-control-allow-origin')).toBe('https://tv.example');
  expect((await fetch(`${url}/api/viewers`)).headers.get('access-control-allow-origin')).toBe('*');
});

test('with a list, other origins may not send', async () => {
  const { url, post, get } = await testCollector({ allowOrigin: ['https://tv.example'] });
  expect((await post('/v1/metrics', good, { Origin: 'https://evil.example' })).status).toBe(403);
  const preflight = await fetch(`${url}/v1/metrics`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://evil.example' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  expect((await get('/api/viewers')).viewers).toBe(0);
  expect((await post('/v1/metrics', good, { Origin: 'https://tv.example' })).status).toBe(200);
  expect((await post('/v1/metrics', good)).status).toBe(200);
  expect((await get('/api/viewers')).viewers).toBe(1);
});

test('spans without valid ids are reported as partial success', async () => {
  const { traces } = await testCollector();
  const body = tracesBody('web-player', [span(1, 1), span(0, 2), span(2, 3, { startTimeUnixNano: '0' })]);
  const { partialSuccess } = await (await traces(body)).json();
  expect(partialSuccess).toEqual({ rejectedSpans: '2', errorMessage: '2 without a valid id or time' });
});

test('mutated bodies never bring the collector down', async () => {
  const { post, get } = await testCollector();
  const random = mulberry32(20261123);
  const seeds: [string, string, Uint8Array][] = [
    ['/v1/metrics', 'application/json', Buffer.from(good)],
    ['/v1/traces', 'application/json', Buffer.from(JSON.stringify(tracesBody('s', [span(1, 1), span(1, 2)])))],
    ['/v1/metrics', 'application/x-protobuf', protobufMetrics()],
    ['/v1/traces', 'application/x-protobuf', Uint8Array.from([10, 4, 10, 2, 10, 0])],
  ];
  const statuses = new Map<number, number>();
  for (let round = 0; round < 1200; round += 20) {
    const bodies = Array.from(
      { length: 20 },
      (_, i) => seeds[(round + i) % seeds.length] ?? (['', '', new Uint8Array()] as const),
    );
    const sent = bodies.map(([path, type, seed]) => post(path, mutate(seed, random), { 'Content-Type': type }));
    for (const response of await Promise.all(sent)) {
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  }
  expect([...statuses.keys()].every((status) => status === 200 || status === 400)).toBe(true);
  expect(statuses.get(200)).toBeGreaterThan(50);
  expect(statuses.get(400)).toBeGreaterThan(50);
  for (const path of ['/healthz', '/api/viewers', '/api/streams', '/api/series', '/api/traces', '/api/alerts']) {
    expect(JSON.stringify(await get(path)), path).not.toContain('NaN');
  }
});

test('valid JSON of any shape is taken without harm', async () => {
  const { post } = await testCollector();
  const random = mulberry32(7);
  const words = [
    'resourceMetrics',
    'scopeMetrics',
    'metrics',
    'sum',
    'dataPoints',
    'attributes',
    'key',
    'value',
    '__proto__',
  ];
  const grow = (depth: number): unknown => {
    const kind = Math.floor(random() * (depth > 7 ? 5 : 7));
    if (kind < 5) return [null, -1e300, '18446744073709551616', true, 'x'][kind];
    if (kind === 5) return Array.from({ length: Math.floor(random() * 4) }, () => grow(depth + 1));
    return Object.fromEntries(words.filter(() => random() < 0.5).map((word) => [word, grow(depth + 1)]));
  };
  for (let round = 0; round < 400; round += 20) {
    const sent = Array.from({ length: 20 }, () => {
      const body = { resourceMetrics: [{ resource: grow(3), scopeMetrics: [{ metrics: [grow(3), grow(2)] }] }] };
      return post('/v1/metrics', JSON.stringify(body));
    });
    for (const response of await Promise.all(sent)) {
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
  }
});

function mutate(seed: Uint8Array, random: () => number): Uint8Array {
  const copy = Uint8Array.from(seed);
  const changes = 1 + Math.floor(random() * 4);
  for (let i = 0; i < changes; i += 1) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
}

// A metrics request with one resource, one scope and one sum, as protobuf bytes.
function protobufMetrics(): Uint8Array {
  const text = (field: number, value: string) => [(field << 3) | 2, value.length, ...Buffer.from(value)];
  const message = (field: number, bytes: number[]) => [(field << 3) | 2, bytes.length, ...bytes];
  const attribute = (key: string, value: string) => [...text(1, key), ...message(2, text(1, value))];
  const resource = message(1, message(1, attribute('session.id', 'a')));
  const point = message(1, [...message(7, attribute('stream.id', 'demo')), 0x21, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  const metric = message(2, [...text(1, 'livestream.player.plays'), ...message(7, [...point, 16, 1, 24, 1])]);
  return Uint8Array.from(message(1, [...resource, ...message(2, metric)]));
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
