// The origin as it is run for real: several processes behind one port, a collector elsewhere, or one that is not there.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testCollector } from '../collector/test-collector.ts';

const program = fileURLToPath(new URL('test-cluster.ts', import.meta.url));
const patient = { timeout: 30_000, interval: 100 };

async function cluster(endpoint: string): Promise<string> {
  const primary = fork(program, [endpoint]);
  onTestFinished(() => void primary.kill());
  const [{ port }] = (await once(primary, 'message')) as [{ port: number }];
  return `http://127.0.0.1:${port}`;
}

/** One connection a request, so that both workers get some. */
async function ask(url: string, count: number): Promise<Set<string>> {
  const answers = Array.from({ length: count }, async (_, index) => {
    const response = await fetch(`${url}/live/seg-${index}.m4s`, { headers: { connection: 'close' } });
    expect(response.headers.get('server-timing')).toContain('traceparent;desc=');
    return response.text();
  });
  return new Set(await Promise.all(answers));
}

test('two workers: each request of either is told once', { timeout: 60_000 }, async () => {
  const collector = await testCollector();
  const url = await cluster(collector.url);
  const workers = await ask(url, 60);
  expect(workers.size).toBe(2);
  const labels =
    'stream_id="live",request_type="segment",http_response_status_class="2xx",service_name="cluster-origin"';
  const told = await vi.waitUntil(async () => {
    const count = await collector.sample(`livestream_origin_requests_total{${labels}}`);
    return count === 60 && count;
  }, patient);
  expect(told).toBe(60);
  await vi.waitUntil(async () => (await collector.get('/healthz')).spans === 60, patient);
});

test('a collector that is not there: answers come as ever', { timeout: 60_000 }, async () => {
  const url = await cluster('http://127.0.0.1:9');
  for (let round = 0; round < 5; round++) expect((await ask(url, 100)).size).toBeGreaterThan(0);
});
