/**
 * What both builds are made to send. Runs in the page, so it must not use anything outside its own body. It covers what
 * the recorder may call, ordinary and wrong: extend it when the recorder starts to use something new.
 */
import type { Attributes, TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-web';

declare const payload: typeof import('./entry.ts');
declare const host: typeof import('./host.ts');
declare const tick: (ms: number) => void;

export type Outcome = {
  readonly bodies: readonly string[];
  readonly notes: unknown;
  readonly warnings: readonly string[];
};

/** Gives the OTLP bodies in order, and what a caller can see besides. */
export async function scenario(): Promise<Outcome> {
  const { providers, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = payload;
  const bodies: string[] = [];
  const notes: unknown[] = [];
  let answer: 'keep' | 'record' = 'keep';
  let ended: ReadableSpan[] = [];
  const start = (name: string, version: string, resource: Attributes) =>
    providers({
      resource,
      scope: { name, version },
      shouldSample: () => answer,
      onSpanEnd: (span) => ended.push(span),
      cardinalityLimit: 8,
    });
  const sdk = start('player', '1.2.3', {
    'service.name': 'web-player',
    'session.id': 'a1b2',
    count: 3,
    ratio: 0.5,
    live: true,
    tags: ['x', 'y'],
  });
  const other = start('other', '', { 'service.name': 'other' });
  const plays = sdk.meter.createCounter('livestream.player.plays', { unit: '{play}', description: 'attempts' });
  const presence = sdk.meter.createCounter('livestream.viewer.presence', { unit: 's' });
  const startup = sdk.meter.createHistogram('livestream.player.startup.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 0.5, 1, 2, 5] },
  });
  const whole = other.meter.createCounter('whole', { valueType: 0 });
  const ratio = other.meter.createHistogram('ratio', { advice: { explicitBucketBoundaries: [0, 1, 5, 10] } });
  other.meter.createHistogram('never_used', { advice: { explicitBucketBoundaries: [1] } });
  async function flush(extra?: Attributes) {
    for (const one of [sdk, other]) bodies.push((await one.collect(extra)) ?? 'nothing');
    bodies.push(sdk.serializeSpans(ended));
    ended = [];
  }
  const state = (text: string): TraceState => ({
    serialize: () => text,
    get: () => text,
    set: () => state(text),
    unset: () => state(text),
  });
  const remote = (digit: string, more = {}) => ({
    traceId: digit.repeat(32),
    spanId: digit.repeat(16),
    traceFlags: 1,
    ...more,
  });

  spans();
  limits();
  hostPage();
  metrics();
  tick(1000);
  await flush({ 'livestream.viewer.next_report': 10, 'session.id': 'c3d4' });
  // Start times of the second interval follow the last collection.
  tick(10_000);
  metrics();
  answer = 'record';
  spans();
  await flush();
  tick(10_000);
  await flush();
  metrics();
  sdk.shutdown();
  sdk.tracer.startSpan('after shutdown').end();
  await flush();
  return { bodies, notes, warnings: host.logged };

  function spans() {
    const wild = {
      object: { no: 1 },
      mixed: [1, 'x'],
      missing: undefined,
      nothing: null,
      '': 'no key',
    } as unknown as Attributes;
    const root = sdk.tracer.startSpan(
      'startup',
      {
        kind: SpanKind.CLIENT,
        startTime: 1_790_000_000_000,
        attributes: {
          text: 's',
          long: 'ü'.repeat(600),
          whole: 1,
          ratio: 1.5,
          off: false,
          list: ['p', null, 'q'],
          sizes: [1, 2.5],
          flags: [true],
          ...wild,
        },
        links: [
          {
            context: remote('a', { isRemote: true, traceState: state('a=b') }),
            attributes: { 'link.kind': 'publish', ...wild },
          },
          { context: remote('b', { traceFlags: 0 }) },
        ],
      },
      ROOT_CONTEXT,
    );
    const child = sdk.tracer.startSpan('fetch', { kind: SpanKind.PRODUCER }, trace.setSpan(ROOT_CONTEXT, root));
    tick(12.5);
    child
      .setAttribute('late', 'yes')
      .setAttributes({ status: 404, ...wild })
      .setAttribute('late', 'changed');
    child.addEvent('first byte', { ttfb: 0.2, ...wild }, 1_790_000_000_005);
    child.addEvent('now').addEvent('timed', 1_790_000_000_006.75).addEvent('dated', new Date(1_790_000_000_007));
    child.addLink({ context: remote('c') }).addLink({ context: root.spanContext(), attributes: { self: true } });
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'http_404' }).end();
    child.setAttribute('after', 'end').addEvent('after end').end();
    tick(3);
    root.setStatus({ code: SpanStatusCode.OK }).setStatus({ code: SpanStatusCode.ERROR, message: 'too late' });
    root.end(1_790_000_000_100.5);
    notes.push([root.spanContext(), child.spanContext()]);
  }

  function limits() {
    const many = Object.fromEntries(Array.from({ length: 140 }, (_, i) => [`k${i}`, i]));
    const span = sdk.tracer.startSpan(
      'limits',
      { startTime: new Date(1_790_000_000_000), attributes: many },
      ROOT_CONTEXT,
    );
    for (let i = 0; i < 130; i++) span.addEvent(`e${i}`, i < 129 ? undefined : many, 1_790_000_000_000);
    for (let i = 0; i < 130; i++) span.addLink({ context: remote('d'), attributes: i < 129 ? {} : many });
    // Before it started.
    span.end([1_789_999_999, 5]);
  }

  function hostPage() {
    const theirs = host.tracer.startSpan('theirs', {}, host.ROOT_CONTEXT);
    const inTheirs = host.trace.setSpan(host.ROOT_CONTEXT, theirs);
    const ours = sdk.tracer.startSpan('under theirs', {}, inTheirs);
    host.tracer.startSpan('under ours', {}, trace.setSpan(ROOT_CONTEXT, ours)).end();
    ours.end();
    theirs.end();
    const ids = ({ name, parentSpanContext }: ReadableSpan) => [name, parentSpanContext?.spanId];
    notes.push(host.ended.map(ids), ended.slice(-1).map(ids));
  }

  function metrics() {
    plays.add(1, { stream: 's', protocol: 'hls' });
    plays.add(2, { protocol: 'hls', stream: 's' });
    plays.add(0.25, { protocol: 'dash', list: ['x'], missing: undefined });
    for (const value of [1, -5, Number.NaN, '7' as never]) plays.add(value);
    // Over the limit: eight series, one of them the overflow.
    for (let n = 0; n < 20; n++) presence.add(9.75, { n });
    for (const value of [2.9, Number.POSITIVE_INFINITY]) whole.add(value);
    for (const value of [0, 0.1, 0.100_01, 0.5, 0.7, 1, 3, 5, 99, -1, Number.NaN])
      startup.record(value, { protocol: 'hls' });
    for (const value of [7.7, 1, 11]) ratio.record(value);
  }
}
