import { startCollector } from 'playscope/collector';
import { expect, onTestFinished, test, vi } from 'vitest';
import { unixMs } from '../clock.ts';
import { createFaults } from '../delivery/faults.ts';
import type { Store } from '../delivery/store.ts';
import { aes128 } from './aes-128.ts';
import { loadLoop } from './loop.ts';
import { startLowLatency } from './low-latency.ts';
import { startPackager } from './packager.ts';
import { startPackagerTelemetry } from './telemetry.ts';

type Span = {
  readonly name: string;
  readonly spanId: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly attributes: Record<string, unknown>;
};

const loop = await loadLoop();
const steps = {
  'slow-mux': 'livestream.segment.mux',
  'slow-encrypt': 'livestream.segment.encrypt',
  'slow-upload': 'livestream.segment.upload',
  'slow-manifest': 'livestream.manifest.update',
} as const;

/** The encrypted stream, and a segment of it that is about to come. */
async function stage() {
  const collector = await startCollector({ port: 0, host: '127.0.0.1' });
  const store: Store = new Map();
  const faults = createFaults(store);
  const telemetry = startPackagerTelemetry(loop, { collector: collector.url, reportEveryMs: 1000 });
  // Due in 0.3 to 2.3 s.
  const path = `/encrypted/v360/seg-${Math.floor((unixMs() + 300) / 2000)}.m4s`;
  const { holdPublication: hold, slowStep: slow } = faults;
  let packager: { close(): void } | undefined;
  const close = async () => {
    packager?.close();
    faults.remove();
    await telemetry.shutdown();
  };
  onTestFinished(async () => {
    await close();
    await collector.close();
  });
  return {
    ...{ store, faults, telemetry, path, close },
    startLowLatency() {
      const originUrl = 'http://origin.example';
      packager = startLowLatency({ loop, store, now: unixMs, hold, slow, telemetry, originUrl });
    },
    start() {
      packager = startPackager({
        ...{ loop, store, hold, slow, telemetry, root: '/encrypted', originUrl: 'http://origin.example' },
        protection: aes128(store, '/encrypted'),
      });
    },
    /** The longest first. */
    async traceOf(traceId: string): Promise<readonly Span[]> {
      const { spans } = await (await fetch(`${collector.url}/api/traces/${traceId}`)).json();
      return (spans as Span[]).sort((a, b) => b.durationMs - a.durationMs);
    },
  };
}

test.each(Object.entries(steps))('%s: the trace of that segment says which step it was', async (effect, slowed) => {
  const { start, faults, store, path, telemetry, close, traceOf } = await stage();
  faults.add({ match: path, effect: effect as keyof typeof steps, value: 500 });
  start();
  const playlist = '/encrypted/v360/index.m3u8';
  const isPublished = () => {
    const [ofSegment, ofPlaylist] = [path, playlist].map((each) => telemetry.publications.contextOf(each));
    return ofSegment && ofSegment.spanId === ofPlaylist?.spanId && ofSegment;
  };
  const context = await vi.waitUntil(isPublished, { timeout: 8000, interval: 5 });
  expect(new TextDecoder().decode(store.get(playlist)?.bytes)).toContain(path.split('/').at(-1));
  await close();
  const spans = await traceOf(context.traceId);
  expect(spans.map(({ name }) => name).sort()).toEqual(['livestream.segment.publish', ...Object.values(steps)].sort());
  const [publish, longest] = spans;
  expect(publish?.spanId).toBe(context.spanId);
  expect(publish?.attributes['segment.publish_latency_ms']).toBeGreaterThanOrEqual(500);
  expect(publish?.durationMs).toBeGreaterThanOrEqual(500);
  expect(longest?.name).toBe(slowed);
  expect(longest?.durationMs).toBeGreaterThanOrEqual(500);
  expect(spans.find(({ name }) => name === 'livestream.segment.upload')?.attributes).toMatchObject({
    'cdn.url': `http://origin.example${path}`,
    'segment.size_bytes': store.get(path)?.bytes.byteLength,
    'drm.enabled': true,
  });
});

test('a segment that is held back before its first step is late in its trace too', async () => {
  const { start, faults, path, telemetry, close, traceOf } = await stage();
  faults.add({ match: path, effect: 'late', value: 500 });
  start();
  const context = await vi.waitUntil(() => telemetry.publications.contextOf(path), { timeout: 8000, interval: 5 });
  await close();
  const [publish, ...all] = await traceOf(context.traceId);
  expect(publish?.name).toBe('livestream.segment.publish');
  expect(all).toHaveLength(4);
  for (const { startedAt } of all) expect(startedAt - (publish?.startedAt ?? 0)).toBeGreaterThanOrEqual(499);
});

test('a chunk of low latency is published by itself; its segment is that of the newest', async () => {
  const { startLowLatency, path, telemetry, close, traceOf } = await stage();
  startLowLatency();
  const segment = path.replace('/encrypted/', '/ll/');
  const contextOf = (chunk: number) => telemetry.publications.contextOf(segment.replace('.m4s', `.${chunk}.m4s`));
  const last = await vi.waitUntil(() => contextOf(3), { timeout: 8000, interval: 5 });
  expect(telemetry.publications.contextOf(segment)?.spanId).toBe(last.spanId);
  expect(new Set([0, 1, 2, 3].map((chunk) => contextOf(chunk)?.traceId)).size).toBe(4);
  await close();
  const spans = await traceOf(last.traceId);
  expect(spans.map(({ name }) => name).sort()).toEqual(
    ['publish', 'mux', 'upload']
      .map((name) => `livestream.segment.${name}`)
      .concat('livestream.manifest.update')
      .sort(),
  );
  expect(spans[0]?.attributes).toMatchObject({ protocol: ['hls', 'dash'], 'segment.duration_s': 0.48 });
});
