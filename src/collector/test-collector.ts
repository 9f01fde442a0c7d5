// A real collector on a free port, with a clock that the test sets.
import { gzipSync } from 'node:zlib';
import { onTestFinished, vi } from 'vitest';
import type { CollectorOptions } from './index.ts';
import { startCollector } from './index.ts';

// Hundreds of requests take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

export const testStart = 1_764_000_000_000;

export async function testCollector(options: CollectorOptions = {}) {
  const clock = { now: testStart };
  const collector = await startCollector({ port: 0, now: () => clock.now, ...options });
  onTestFinished(() => collector.close());

  function post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${collector.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: body as BodyInit,
    });
  }

  return {
    ...collector,
    clock,
    post,
    metrics: (body: object) => post('/v1/metrics', JSON.stringify(body)),
    traces: (body: object) => post('/v1/traces', JSON.stringify(body)),
    zipped: (body: object) => post('/v1/metrics', gzipSync(JSON.stringify(body)), { 'Content-Encoding': 'gzip' }),
    // biome-ignore lint/suspicious/noExplicitAny: the shapes are those of docs/collector-api.md; a wrong one fails the test.
    get: async (path: string): Promise<any> => (await fetch(`${collector.url}${path}`)).json(),
    text: async (path: string): Promise<string> => (await fetch(`${collector.url}${path}`)).text(),
    /** The value of one line of `GET /metrics`. */
    sample: async (line: string): Promise<number | undefined> => {
      const text = await (await fetch(`${collector.url}/metrics`)).text();
      const found = text.split('\n').find((each) => each.startsWith(`${line} `));
      return found === undefined ? undefined : Number(found.slice(line.length + 1));
    },
  };
}
