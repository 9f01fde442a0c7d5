import type { MeterProvider, Span, SpanContext, TracerProvider } from '@opentelemetry/api';
import { context, createNoopMeter, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { instruments } from './instruments.ts';
import { wrongOption } from './options.ts';
import { meterOf, tracerOf } from './providers.ts';
import type { Publications } from './publications.ts';
import { publications } from './publications.ts';
import { toTraceparent } from './publish-context.ts';
import { publicationSpans, stepNames } from './publish-spans.ts';
import { isPromise, quietly } from './quietly.ts';

export type PublisherOptions = {
  /** `stream.id`: the live stream that is published. */
  readonly streamId: string;
  /** In what the segments are published: `hls`, `dash`, or a list of both where they share them. */
  readonly protocol: SegmentProtocol | readonly SegmentProtocol[];
  /** Where the context of each object is kept: the registry of an origin in this process. Default: one of its own. */
  readonly publications?: Publications | undefined;
  /** The clock, Unix ms. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly meterProvider?: MeterProvider | undefined;
};

export type SegmentProtocol = 'hls' | 'dash';

/** One segment, or one part of a segment, that is about to be published. Fields of your own reach the first step. */
export type Segment = {
  /** `segment.sequence`: its number in the stream. */
  readonly sequence: number;
  /** The path under which players ask for it: by this an origin finds its publish. */
  readonly path: string;
  /** Paths of the playlists and manifests that the step `manifest` rewrites: theirs is this publish then. */
  readonly manifests?: readonly string[] | undefined;
  /** Media seconds. */
  readonly durationSec?: number | undefined;
  /** When its last frame was in, Unix ms: from then on the latency counts. Default: the call. */
  readonly framesInAt?: number | undefined;
  /** Where it is uploaded to; credentials, query and fragment stay off the span. */
  readonly cdnUrl?: string | undefined;
};

/** What a step is told beside the result of the one before. */
export type Step = {
  /** The step's own span, for attributes of yours. */
  readonly span: Span;
  /** The context of the publish as `traceparent`, to be stored with the object; undefined without OpenTelemetry. */
  readonly traceparent: string | undefined;
};

/**
 * What publishing consists of; any may be left out. The first gets the segment, each other what the one before gave, or what
 * was handed past it where it is left out.
 */
export type PublishSteps<S, M, E, U, L> = {
  readonly mux?: ((segment: S, step: Step) => M | PromiseLike<M>) | undefined;
  readonly encrypt?: ((muxed: M, step: Step) => E | PromiseLike<E>) | undefined;
  readonly upload?: ((encrypted: E, step: Step) => U | PromiseLike<U>) | undefined;
  readonly manifest?: ((uploaded: U, step: Step) => L | PromiseLike<L>) | undefined;
};

/** What each step gave, the context of the publish, and how long it took from the last frame on. */
export type Published<M, E, U, L> = {
  readonly mux: M;
  readonly encrypt: E;
  readonly upload: U;
  readonly manifest: L;
  /** The `livestream.segment.publish` span. */
  readonly context: SpanContext;
  /** `livestream.segment.generation_latency`, ms. */
  readonly latencyMs: number;
};

/**
 * Publishes one segment: runs the steps in order, each in its span. Waits for nothing but promises that steps give, so that
 * steps without promises have all run when the call returns. Rejects with the error of the step that failed, unchanged; those
 * behind it do not run then.
 */
export type Publish = <S extends Segment, M = S, E = M, U = E, L = U>(
  segment: S,
  steps: PublishSteps<S, M, E, U, L>,
) => Promise<Published<M, E, U, L>>;

type AnySteps = PublishSteps<unknown, unknown, unknown, unknown, unknown>;

/**
 * A publisher of one stream, to be called once per segment: a `livestream.segment.publish` trace with a span for each step, and
 * `livestream.segment.generation_latency` of what was published. A wrong option gives one console message; then segments are
 * published all the same, and nothing is measured.
 */
export function publisher(options: PublisherOptions): Publish {
  const wrong = wrongOption('publisher', options);
  if (wrong !== undefined) console.error(`${wrong} Nothing is measured.`);
  const { tracer, measure, common, protocols, registry, now } = wrong === undefined ? settingsOf(options) : inert;

  async function publish(segment: Segment, steps: AnySteps) {
    const [calledAt, began] = [now(), performance.now()];
    const at = () => calledAt + performance.now() - began;
    const beganAt = Math.min(segment.framesInAt ?? calledAt, calledAt);
    const spans = publicationSpans(tracer, common, segment, { beganAt, at, encrypts: steps.encrypt !== undefined });
    const traceparent = toTraceparent(spans.context);
    // Who asks for it the moment it is there is to be linked already; playlists are those of before until they are rewritten.
    registry.remember(segment.path, spans.context);
    const results: Record<string, unknown> = {};
    let value: unknown = segment;
    try {
      for (const name of stepNames) {
        const run = steps[name];
        if (run) {
          const step = spans.step(name);
          try {
            const within = trace.setSpan(context.active(), step.span);
            const given = context.with(within, () => run(value, { span: step.span, traceparent }));
            value = isPromise(given) ? await given : given;
          } catch (error) {
            step.failed(error);
            throw error;
          }
          step.done(value);
        }
        results[name] = value;
      }
    } catch (error) {
      spans.failed(error);
      throw error;
    }
    const publishedAt = at();
    const latencyMs = publishedAt - beganAt;
    for (const manifest of segment.manifests ?? []) registry.remember(manifest, spans.context);
    spans.done(publishedAt);
    for (const protocol of protocols) {
      quietly(() => measure('livestream.segment.generation_latency', latencyMs, { protocol }));
    }
    return { ...results, context: spans.context, latencyMs };
  }

  return publish as Publish;
}

function settingsOf({ streamId, protocol, ...options }: PublisherOptions) {
  const stream = { 'stream.id': streamId };
  const protocols = [protocol].flat();
  return {
    tracer: tracerOf(options),
    measure: instruments(meterOf(options), stream),
    common: { ...stream, protocol: protocols.length === 1 ? protocols[0] : protocols },
    protocols,
    registry: options.publications ?? publications(),
    now: options.now ?? Date.now,
  };
}

// Publishes and records nothing.
const inert: ReturnType<typeof settingsOf> = {
  tracer: new ProxyTracerProvider().getTracer('playscope'),
  measure: instruments(createNoopMeter(), {}),
  common: { 'stream.id': '', protocol: undefined },
  protocols: [],
  registry: publications(0),
  now: Date.now,
};
