import { startCollector } from 'playscope/collector';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Running } from '../listen.ts';
import { startSfu } from '../sfu.ts';
import { publish, watch } from './test-client.ts';
import { connected, until } from './test-stage.ts';

type Span = {
  readonly name: string;
  readonly parentSpanId: string | null;
  readonly attributes: Record<string, unknown>;
};

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parent = 'b7ad6b7169203331';
let collector: Running;
let sfu: Running;

beforeEach(async () => {
  collector = await startCollector({ port: 0, host: '127.0.0.1' });
  sfu = await startSfu({ port: 0, host: '127.0.0.1', collector: collector.url, reportEveryMs: 1000 });
});
afterEach(() => collector.close());

test('the SFU tells the collector its side, in the trace of the viewer', { timeout: 30_000 }, async () => {
  const sender = await publish(`${sfu.url}/whip/live`);
  const watcher = await watch(`${sfu.url}/whep/live`, `00-${traceId}-${parent}-01`);
  await Promise.all([sender, watcher].map((client) => connected(sfu.url, client)));
  await sender.send(50);
  await until(() => watcher.arrived.video === 50);
  expect((await fetch(`${sfu.url}/session/${watcher.id}`, { method: 'DELETE' })).status).toBe(200);
  await Promise.all([sender.connection.close(), watcher.connection.close()]);
  // Which sends all that is left.
  await sfu.close();
  const ask = async (path: string) => (await fetch(collector.url + path)).json();
  const { traces } = (await ask('/api/traces?limit=100&stream=live')) as { traces: { traceId: string }[] };
  const whole: { spans: Span[] }[] = await Promise.all(traces.map((trace) => ask(`/api/traces/${trace.traceId}`)));
  const spans = whole.flatMap((trace) => trace.spans);
  const parents = spans.filter(({ name }) => name === 'webrtc.negotiation').map(({ parentSpanId }) => parentSpanId);
  expect(parents).toContain(parent);
  const ends = spans.filter(({ name }) => name === 'webrtc.connection').map(({ attributes }) => attributes);
  const common = { 'stream.id': 'live', protocol: 'webrtc' };
  expect(ends).toEqual(
    expect.arrayContaining(
      [
        { 'peer.id': watcher.id, 'peer.role': 'viewer', 'connection.ended_by': 'delete' },
        { 'peer.id': sender.id, 'peer.role': 'publisher', 'connection.ended_by': 'shutdown' },
      ].map((own) => expect.objectContaining({ ...common, ...own })),
    ),
  );
});
