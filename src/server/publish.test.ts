import { context, createContextKey, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import { metricAttributes } from '../core/signals.ts';
import { publications } from './publications.ts';
import type { PublisherOptions } from './publish.ts';
import { publisher } from './publish.ts';
import { toTraceparent } from './publish-context.ts';
import { keptTelemetry } from './test-telemetry.ts';

const names = {
  publish: 'livestream.segment.publish',
  mux: 'livestream.segment.mux',
  encrypt: 'livestream.segment.encrypt',
  upload: 'livestream.segment.upload',
  manifest: 'livestream.manifest.update',
} as const;
const latency = 'livestream.segment.generation_latency';
const segment = { sequence: 4711, path: '/live/v540/seg-4711.m4s', durationSec: 2 };

function stage(options: Partial<PublisherOptions> = {}) {
  const kept = keptTelemetry();
  const registry = publications();
  const publish = publisher({ streamId: 'demo', protocol: 'hls', publications: registry, ...kept, ...options });
  const span = (name: keyof typeof names) => {
    const [only, ...others] = kept.spans(names[name]);
    if (!only || others.length > 0) throw new Error(`expected one span ${names[name]}, received ${others.length + 1}`);
    return only;
  };
  return { kept, registry, publish, span };
}

test('results go from step to step, and out', async () => {
  const { publish } = stage();
  const order: string[] = [];
  const given = { ...segment, frames: ['a', 'b'] };
  const published = await publish(given, {
    mux: ({ frames }) => {
      order.push('mux');
      return Buffer.from(frames.join(''));
    },
    encrypt: async (muxed) => {
      order.push('encrypt');
      return Buffer.concat([muxed, muxed]);
    },
    upload: (encrypted) => {
      order.push('upload');
      return { etag: String(encrypted) };
    },
    manifest: async ({ etag }) => {
      order.push('manifest');
      return [etag];
    },
  });
  expect(order).toEqual(['mux', 'encrypt', 'upload', 'manifest']);
  expectTypeOf(published.manifest).toEqualTypeOf<string[]>();
  expect(published).toMatchObject({
    mux: Buffer.from('ab'),
    encrypt: Buffer.from('abab'),
    upload: { etag: 'abab' },
    manifest: ['abab'],
  });
});

test('a step that is left out hands on what it was given, and has no span', async () => {
  const { publish, kept, span } = stage();
  const published = await publish(segment, { mux: () => Buffer.of(1, 2), upload: (bytes) => bytes.byteLength });
  expectTypeOf(published.upload).toEqualTypeOf<number>();
  expect(published).toMatchObject({ encrypt: Buffer.of(1, 2), upload: 2, manifest: 2 });
  expect(kept.spans(names.encrypt)).toEqual([]);
  expect(kept.spans(names.manifest)).toEqual([]);
  expect(span('publish').attributes['drm.enabled']).toBe(false);
  expect((await publish(segment, {})).mux).toBe(segment);
});

test('one trace: the steps are children of the publish, one after the other', async () => {
  const { publish, span } = stage();
  const { context } = await publish(segment, {
    mux: () => new Promise((resolve) => setTimeout(resolve, 20, Buffer.of(1))),
    encrypt: (muxed) => muxed,
    upload: () => {},
    manifest: () => {},
  });
  const publishing = span('publish');
  expect(publishing.spanContext()).toEqual(context);
  expect(publishing.parentSpanContext).toBeUndefined();
  const ms = ([seconds, nanos]: [number, number]) => seconds * 1000 + nanos / 1e6;
  let last = ms(publishing.startTime);
  for (const name of ['mux', 'encrypt', 'upload', 'manifest'] as const) {
    const { parentSpanContext, startTime, endTime } = span(name);
    expect(parentSpanContext?.spanId).toBe(context.spanId);
    expect(ms(startTime)).toBeGreaterThanOrEqual(last);
    last = ms(endTime);
  }
  expect(ms(publishing.endTime)).toBeGreaterThanOrEqual(last);
  expect(ms(span('mux').endTime) - ms(span('mux').startTime)).toBeGreaterThanOrEqual(19);
});

test('every span says of which segment, and each step what is its own', async () => {
  const { publish, span } = stage();
  await publish(
    { ...segment, cdnUrl: 'https://user:secret@cdn.example/live/v540/seg-4711.m4s?token=secret#secret' },
    {
      mux: () => Buffer.alloc(10),
      encrypt: () => new Blob(['0123456789abcdef']),
      upload: (_, step) => {
        step.span.setAttribute('own', true);
        return Buffer.from('what the store answered is no size of the segment');
      },
      manifest: () => {},
    },
  );
  const common = { 'stream.id': 'demo', protocol: 'hls', 'segment.sequence': 4711 };
  const media = { ...common, 'segment.duration_s': 2, 'drm.enabled': true };
  expect(span('mux').attributes).toEqual({ ...media, 'segment.size_bytes': 10 });
  expect(span('encrypt').attributes).toEqual({ ...media, 'segment.size_bytes': 16 });
  const cdnUrl = 'https://cdn.example/live/v540/seg-4711.m4s';
  expect(span('upload').attributes).toEqual({ ...media, 'segment.size_bytes': 16, 'cdn.url': cdnUrl, own: true });
  expect(span('manifest').attributes).toEqual({ ...common, 'manifest.updated': true });
  expect(span('publish').attributes).toEqual({
    ...media,
    'segment.size_bytes': 16,
    'segment.path': segment.path,
    'segment.publish_latency_ms': expect.any(Number),
  });
});

test('latency counts from the last frame on, and so does the span', async () => {
  let now = 1_764_000_002_900;
  const { publish, span, kept } = stage({ now: () => now, protocol: ['hls', 'dash'] });
  const { latencyMs } = await publish({ ...segment, framesInAt: 1_764_000_000_000 }, { mux: () => Buffer.of(1) });
  expect(latencyMs).toBeGreaterThanOrEqual(2900);
  expect(latencyMs).toBeLessThan(3900);
  expect(span('publish').startTime).toEqual([1_764_000_000, 0]);
  expect(span('publish').attributes).toMatchObject({
    'segment.publish_latency_ms': latencyMs,
    protocol: ['hls', 'dash'],
  });
  // Frames that come in tomorrow by a clock that is wrong.
  now = 1_764_000_000_000;
  await publish({ ...segment, framesInAt: now + 86_400_000 }, {});
  for (const protocol of ['hls', 'dash']) {
    const of = await kept.total(latency, { 'stream.id': 'demo', protocol });
    expect(of).toMatchObject({ count: 2, most: latencyMs });
  }
  for (const { name, attributes } of await kept.points()) {
    expect(name).toBe(latency);
    expect(Object.keys(attributes).filter((key) => !(metricAttributes as readonly string[]).includes(key))).toEqual([]);
  }
});

test.each([
  [
    'sync',
    (error: unknown) => {
      throw error;
    },
  ],
  ['async', (error: unknown) => Promise.reject(error)],
] as const)('a step that fails, %s: told on its span and the publish, thrown on unchanged', async (_, fail) => {
  const { publish, span, kept } = stage();
  const error = new RangeError('disk full');
  const manifest = vi.fn();
  const publishing = publish(segment, { mux: () => Buffer.of(1), upload: () => fail(error), manifest });
  await expect(publishing).rejects.toBe(error);
  expect(manifest).not.toHaveBeenCalled();
  for (const name of ['upload', 'publish'] as const) {
    const { status, events, attributes } = span(name);
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'disk full' });
    expect(events).toMatchObject([{ name: 'exception', attributes: { 'exception.type': 'RangeError' } }]);
    expect(attributes['error.type']).toBe('RangeError');
  }
  expect(span('mux').status.code).toBe(SpanStatusCode.UNSET);
  expect((await kept.total(latency)).count).toBe(0);
});

test('a manifest that fails was not updated; what is thrown need not be an error', async () => {
  const { publish, span, registry } = stage();
  const manifests = ['/live/index.m3u8'];
  const fail = () => Promise.reject('no');
  await expect(publish({ ...segment, manifests }, { manifest: fail })).rejects.toBe('no');
  expect(span('manifest').attributes['manifest.updated']).toBe(false);
  expect(span('publish').status.message).toBe('no');
  expect(registry.contextOf('/live/index.m3u8')).toBeUndefined();
});

test('an object is known before it is uploaded, a playlist once it is rewritten', async () => {
  const { publish, registry } = stage();
  const playlist = '/live/v540/index.m3u8';
  const before = await publish({ ...segment, manifests: [playlist] }, {});
  const seen: unknown[] = [];
  const next = { ...segment, path: '/live/v540/seg-4712.m4s', manifests: [playlist] };
  const { context } = await publish(next, {
    upload: (_, { traceparent }) => seen.push(registry.contextOf(next.path), traceparent),
    manifest: () => seen.push(registry.contextOf(playlist)),
  });
  expect(seen).toEqual([context, toTraceparent(context), before.context]);
  expect(registry.contextOf(playlist)).toEqual(context);
});

test('a trace of its own, linked to the span of the caller; the steps run in their span', async () => {
  const key = createContextKey('test');
  let active = ROOT_CONTEXT;
  context.setGlobalContextManager({
    active: () => active,
    with(next, run, self, ...args) {
      const before = active;
      active = next;
      try {
        return run.call(self as never, ...args);
      } finally {
        active = before;
      }
    },
    bind: (_, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  onTestFinished(() => context.disable());
  const { publish, span, kept } = stage();
  const job = kept.tracerProvider.getTracer('test').startSpan('job');
  let within = ROOT_CONTEXT;
  await context.with(trace.setSpan(ROOT_CONTEXT, job).setValue(key, 'kept'), () =>
    publish(segment, {
      mux: () => {
        within = context.active();
      },
    }),
  );
  expect(span('publish').links.map((link) => link.context)).toEqual([job.spanContext()]);
  expect(span('publish').spanContext().traceId).not.toBe(job.spanContext().traceId);
  expect(span('mux').links).toEqual([]);
  expect(trace.getSpanContext(within)).toEqual(span('mux').spanContext());
  expect(within.getValue(key)).toBe('kept');
});

test('timing is the steps’ own: without promises all is done when the call returns', async () => {
  const { publish } = stage();
  const done: string[] = [];
  const steps = {
    mux: () => done.push('mux'),
    encrypt: () => done.push('encrypt'),
    upload: () => done.push('upload'),
    manifest: () => done.push('manifest'),
  };
  const publishing = publish(segment, steps);
  expect(done).toEqual(['mux', 'encrypt', 'upload', 'manifest']);
  await publishing;
  // A promise of a step costs the turns that it would cost without us.
  const bare = async () => {
    await Promise.resolve();
    done.push('bare');
  };
  done.length = 0;
  const both = [bare(), publish(segment, { ...steps, mux: () => Promise.resolve(1) })];
  expect(done).toEqual([]);
  await Promise.resolve();
  expect(done).toEqual(['bare', 'encrypt', 'upload', 'manifest']);
  await Promise.all(both);
});

test('OpenTelemetry that fails hurts nobody', async () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  const processor = {
    onStart: broken,
    onEnd: broken,
    forceFlush: broken,
    shutdown: broken,
  } as unknown as SpanProcessor;
  const { publish } = stage({ tracerProvider: new BasicTracerProvider({ spanProcessors: [processor] }) });
  expect((await publish(segment, { mux: () => 1, manifest: (n) => n + 1 })).manifest).toBe(2);
});

test('without OpenTelemetry segments are published, and there is no context', async () => {
  const registry = publications();
  const publish = publisher({ streamId: 'demo', protocol: 'dash', publications: registry });
  let told: unknown = 'nothing';
  await publish(segment, {
    upload: (_, step) => {
      told = step.traceparent;
    },
  });
  expect(told).toBeUndefined();
  expect(registry.contextOf(segment.path)).toBeUndefined();
});

test.each<[object, string]>([
  [{ streamId: '' }, 'streamId must be a text of 1 to 256 characters, received "".'],
  [{ protocol: 'webrtc' }, `protocol must be 'hls', 'dash' or a list of both, received "webrtc".`],
  [{ protocol: [] }, `protocol must be 'hls', 'dash' or a list of both, received [object Array].`],
  [{ publications: new Map() }, 'publications must be what publications() gives, received [object Map].'],
  [{ now: 7 }, 'now must be a function, received 7.'],
  [{ tracerProvider: {} }, 'tracerProvider must be an OpenTelemetry TracerProvider, received [object Object].'],
])('a wrong option is said once, and segments are published: %o', async (wrong, sentence) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  const { publish, kept } = stage(wrong);
  expect((await publish(segment, { mux: () => 1 })).mux).toBe(1);
  expect(said.mock.calls).toEqual([[`playscope: ${sentence} Nothing is measured.`]]);
  expect(kept.spans(names.publish)).toEqual([]);
});
