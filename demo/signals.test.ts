// The demo emits what the project promises: names and units are written here a second time on purpose. Runs the built package:
// build before.
import { startCollector } from 'playscope/collector';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Running } from './listen.ts';
import { startOrigin } from './origin.ts';

/** As `GET /metrics` names them, with the type, and labels that at least one series has. */
const metrics = [
  ['livestream_ingest_bitrate_kbps', 'histogram', { stream_id: 'demo' }],
  ['livestream_ingest_frame_drops_total', 'counter', { stream_id: 'demo' }],
  ['livestream_segment_generation_latency_milliseconds', 'histogram', { stream_id: 'demo', protocol: 'hls' }],
  ['livestream_segment_generation_latency_milliseconds', 'histogram', { stream_id: 'demo', protocol: 'dash' }],
  ['livestream_encoder_utilization_percent', 'gauge', { stream_id: 'demo' }],
  ['livestream_origin_request_latency_milliseconds', 'histogram', { stream_id: 'demo', request_type: 'segment' }],
  ['livestream_origin_requests_total', 'counter', { stream_id: 'demo', http_response_status_class: '2xx' }],
  ['livestream_edge_bandwidth_Mbps', 'histogram', { stream_id: 'demo' }],
] as const;

const ofSegment = ['stream.id', 'protocol', 'segment.sequence', 'segment.duration_s', 'segment.size_bytes'];

/** Each with its parent, if it has one, and attributes that it has. */
const spans = [
  ['livestream.segment.publish', null, [...ofSegment, 'segment.publish_latency_ms']],
  ['livestream.segment.mux', 'livestream.segment.publish', ofSegment],
  ['livestream.segment.encrypt', 'livestream.segment.publish', [...ofSegment, 'drm.enabled']],
  ['livestream.segment.upload', 'livestream.segment.publish', [...ofSegment, 'cdn.url']],
  ['livestream.manifest.update', 'livestream.segment.publish', ['stream.id', 'manifest.updated']],
  ['livestream.origin.request', null, ['stream.id', 'request.type', 'request.path']],
] as const;

type Span = {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly service: string;
  readonly attributes: Record<string, unknown>;
};

let collector: Running;
let origin: Running;

beforeAll(async () => {
  collector = await startCollector({ port: 0, host: '127.0.0.1' });
  origin = await startOrigin({ port: 0, host: '127.0.0.1', collector: collector.url, reportEveryMs: 1000 });
  for (const path of ['/vod/master.m3u8', '/vod/v360/init.mp4', '/vod/v360/seg-0.m4s']) {
    await (await fetch(origin.url + path)).arrayBuffer();
  }
});

test('an answer says which publish made the object, and which request it was', { timeout: 25_000 }, async () => {
  const newest = await vi.waitUntil(async () => {
    const list = await (await fetch(`${origin.url}/live/v360/index.m3u8`)).text();
    return /^seg-.*m4s$/m.test(list) && list.match(/^seg-.*m4s$/gm)?.at(-1);
  }, patient);
  const response = await fetch(`${origin.url}/live/v360/${newest}`);
  await response.arrayBuffer();
  const said = response.headers.get('server-timing') ?? '';
  const [, publishTrace] = /publish;desc="00-([\da-f]{32})/.exec(said) ?? [];
  const [, requestTrace] = /traceparent;desc="00-([\da-f]{32})/.exec(said) ?? [];
  const spansOf = async (trace: string | undefined) => {
    const answer = await ask(`/api/traces/${trace}`);
    return answer.ok ? ((await answer.json()) as { spans: readonly Span[] }).spans : [];
  };
  const published = await vi.waitUntil(async () => {
    const found = await spansOf(publishTrace);
    return found.find(({ name }) => name === 'livestream.segment.publish');
  }, patient);
  expect(published.attributes['segment.sequence']).toBe(Number(/seg-(\d+)/.exec(String(newest))?.[1]));
  const asked = await vi.waitUntil(async () => (await spansOf(requestTrace))[0], patient);
  expect(asked).toMatchObject({ name: 'livestream.origin.request', service: 'demo-origin' });
});
afterAll(async () => {
  await origin.close();
  await collector.close();
});

const ask = (path: string) => fetch(collector.url + path);
const patient = { timeout: 20_000, interval: 200 };

/** Every trace that has a span of that name, whole. */
async function tracesWith(name: string): Promise<readonly (readonly Span[])[]> {
  const { traces } = (await (await ask(`/api/traces?name=${name}&limit=5`)).json()) as {
    traces: { traceId: string }[];
  };
  const whole = traces.map(async ({ traceId }) => {
    const { spans } = (await (await ask(`/api/traces/${traceId}`)).json()) as { spans: readonly Span[] };
    return spans;
  });
  return Promise.all(whole);
}

test.each(metrics)('%s is a %s, with %j', { timeout: 25_000 }, async (name, type, labels) => {
  const text = await vi.waitUntil(async () => {
    const page = await (await ask('/metrics')).text();
    return page.includes(`# TYPE ${name} ${type}\n`) && page;
  }, patient);
  const series = text.split('\n').filter((line) => line.startsWith(name));
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  expect(series.filter((line) => wanted.every((label) => line.includes(label)))).not.toEqual([]);
});

test.each(spans)('%s below %s, with its attributes', { timeout: 25_000 }, async (name, parent, attributes) => {
  // The spans of a trace need not come in one batch.
  const found = await vi.waitUntil(async () => {
    const all = (await tracesWith(name)).flatMap((trace) =>
      trace
        .filter((span) => span.name === name)
        .map((span) => ({ span, above: trace.find(({ spanId }) => spanId === span.parentSpanId)?.name ?? null })),
    );
    return all.some(({ above }) => above === parent) && all.filter(({ above }) => above === parent);
  }, patient);
  for (const { span } of found) {
    expect(span.service).toBe(name.includes('origin') ? 'demo-origin' : 'demo-packager');
    expect(Object.keys(span.attributes)).toEqual(expect.arrayContaining([...attributes]));
    expect(span.parentSpanId === null).toBe(parent === null);
  }
});

test('what is said of the ingest and the encoder is so', { timeout: 25_000 }, async () => {
  const value = (line: string, text: string) => Number(new RegExp(`^${line}{[^}]*} (.*)$`, 'm').exec(text)?.[1]);
  const text = await vi.waitUntil(async () => {
    const page = await (await ask('/metrics')).text();
    return value('livestream_ingest_bitrate_kbps_count', page) > 0 && page;
  }, patient);
  const [sum, count] = ['sum', 'count'].map((what) => value(`livestream_ingest_bitrate_kbps_${what}`, text));
  // The four renditions of the loop: 973 kbit/s.
  expect((sum ?? 0) / (count ?? 0)).toBeGreaterThan(700);
  expect((sum ?? 0) / (count ?? 0)).toBeLessThan(1300);
  expect(value('livestream_ingest_frame_drops_total', text)).toBe(0);
  expect(value('livestream_encoder_utilization_percent', text)).toBeLessThan(50);
});
