import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { metricsBody, watched } from '../collector/test-bodies.ts';
import { testCollector } from '../collector/test-collector.ts';
import type { ConcurrentViewersOptions } from './concurrent-viewers.ts';
import { concurrentViewers } from './concurrent-viewers.ts';
import { keptTelemetry } from './test-telemetry.ts';

const metric = 'livestream.viewers.concurrent';

test('what the collector counts is published at each export, by stream, protocol, region and kind', async () => {
  const collector = await testCollector({ region: 'eu' });
  const watch = (session: string, stream: string, kind = 'real') =>
    collector.metrics(
      metricsBody({
        session,
        time: collector.clock.now,
        next: 10,
        counters: watched(10, 'playing', { 'stream.id': stream, 'viewer.kind': kind }),
      }),
    );
  const kept = keptTelemetry();
  const { end } = concurrentViewers({ collector: `${collector.url}/`, ...kept });
  onTestFinished(end);
  await watch('a', 'demo');
  const of = (stream: string, kind = 'real') => ({
    'stream.id': stream,
    protocol: 'hls',
    region: 'eu',
    'viewer.kind': kind,
  });
  expect(await kept.points()).toMatchObject([{ name: metric, sum: 1, attributes: of('demo') }]);
  await watch('b', 'demo');
  await watch('c', 'other');
  await watch('d', 'demo', 'synthetic');
  expect((await kept.total(metric, of('demo'))).sum).toBe(2);
  expect((await kept.total(metric, of('other'))).sum).toBe(1);
  expect((await kept.total(metric, of('demo', 'synthetic'))).sum).toBe(1);
  end();
  await watch('e', 'demo');
  expect((await kept.total(metric, of('demo'))).sum).toBe(2);
});

test.each([
  ['refuses', 401, '{}'],
  ['answers something else', 200, '<html>'],
  ['answers something else in JSON', 200, '{"groups":7}'],
])('a collector that %s: nothing is told', async (_, status, body) => {
  const asked: unknown[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push([url, headers.authorization]);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const kept = keptTelemetry();
  const { port } = server.address() as AddressInfo;
  concurrentViewers({ collector: `http://127.0.0.1:${port}`, headers: { authorization: 'Bearer x' }, ...kept });
  expect(await kept.points()).toEqual([]);
  expect(asked).toEqual([['/api/viewers', 'Bearer x']]);
});

test('a collector that is not there: nothing is told, at once', async () => {
  const kept = keptTelemetry();
  concurrentViewers({ collector: 'http://127.0.0.1:9', ...kept });
  expect(await kept.points()).toEqual([]);
});

test('a wrong option is said once', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  concurrentViewers({ collector: 'collector:4318' } as ConcurrentViewersOptions).end();
  const sentence = 'playscope: collector must be an http or https URL, received "collector:4318". Nothing is measured.';
  expect(said.mock.calls).toEqual([[sentence]]);
});
