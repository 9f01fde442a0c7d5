import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { outboxOf } from './outbox.ts';

let close = () => {};
afterEach(() => close());

async function receiving(statusOf: (request: number) => number = () => 200) {
  const bodies: { path: string | undefined; body: Record<string, unknown[]> }[] = [];
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.statusCode = statusOf(requests);
    if (response.statusCode === 200) {
      bodies.push({ path: request.url, body: JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) });
    }
    response.end('{}');
  });
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { bodies, outbox: outboxOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
}

const metrics = (id: number) => JSON.stringify({ resourceMetrics: [{ resource: { id }, scopeMetrics: [] }] });
const traces = (id: number) => JSON.stringify({ resourceSpans: [{ resource: { id } }, { resource: { id: -id } }] });

test('many viewers share a request, metrics first', async () => {
  const { outbox, bodies } = await receiving();
  outbox.add('traces', traces(1));
  for (const id of [1, 2, 3]) outbox.add('metrics', metrics(id));
  outbox.add('traces', traces(2));
  await outbox.leave();
  expect(bodies).toEqual([
    { path: '/v1/metrics', body: { resourceMetrics: [1, 2, 3].map((id) => ({ resource: { id }, scopeMetrics: [] })) } },
    { path: '/v1/traces', body: { resourceSpans: [1, -1, 2, -2].map((id) => ({ resource: { id } })) } },
  ]);
});

test('what a busy collector sends back goes again', async () => {
  const { outbox, bodies } = await receiving((request) => (request === 1 ? 503 : 200));
  outbox.add('metrics', metrics(1));
  await outbox.leave();
  expect(bodies).toHaveLength(1);
});

test('what it refuses is not sent again', async () => {
  let requests = 0;
  const { outbox } = await receiving((request) => {
    requests = request;
    return 400;
  });
  outbox.add('metrics', metrics(1));
  await outbox.leave();
  expect(requests).toBe(1);
});

test('memory is bounded: the oldest traces go first', async () => {
  const { outbox } = await receiving();
  const large = JSON.stringify({ resourceSpans: ['x'.repeat(12 << 20)] });
  expect(outbox.add('metrics', metrics(1)) + outbox.add('traces', large) + outbox.add('traces', large)).toBe(0);
  expect(outbox.add('traces', large)).toBe(1);
});
