import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import { context, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { publishSpans } from '../core/signals.ts';
import type { Segment } from './publish.ts';
import { quietly } from './quietly.ts';

/** The steps of a publication, in the order in which they run. */
export const stepNames = ['mux', 'encrypt', 'upload', 'manifest'] as const;
export type StepName = (typeof stepNames)[number];

/**
 * The spans of one publication: a trace of its own, linked to the span that is active, if any. `beganAt` and `at`, the present, are
 * Unix ms.
 */
export function publicationSpans(
  tracer: Tracer,
  common: Attributes,
  segment: Segment,
  { encrypts, beganAt, at }: { readonly encrypts: boolean; readonly beganAt: number; readonly at: () => number },
) {
  const about = { 'drm.enabled': encrypts, 'segment.duration_s': segment.durationSec };
  const caller = trace.getSpanContext(context.active());
  const publish = start(publishSpans.publish, beganAt, { ...about, 'segment.path': segment.path }, ROOT_CONTEXT);
  let size: number | undefined;

  function start(name: string, startTime: number, more: Attributes, parent: Context): Span {
    const attributes = { ...common, 'segment.sequence': segment.sequence, ...more };
    const links = caller && parent === ROOT_CONTEXT ? [{ context: caller }] : [];
    const span = quietly(() => tracer.startSpan(name, { startTime, attributes, links }, parent));
    return span ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  }

  return {
    context: publish.spanContext(),
    step(name: StepName) {
      const own = name === 'manifest' ? {} : { ...about, 'cdn.url': name === 'upload' ? cdnUrl(segment) : undefined };
      const span = start(publishSpans[name], at(), own, trace.setSpan(ROOT_CONTEXT, publish));
      return {
        span,
        /** Ends the step with what it gave. */
        done(result: unknown) {
          if (name === 'mux' || name === 'encrypt') size = sizeOf(result) ?? size;
          end(span, at(), name === 'manifest' ? { 'manifest.updated': true } : { 'segment.size_bytes': size });
        },
        failed(error: unknown) {
          end(span, at(), name === 'manifest' ? { 'manifest.updated': false } : {}, { error });
        },
      };
    },
    done(publishedAt: number) {
      const latencyMs = publishedAt - beganAt;
      end(publish, publishedAt, { 'segment.size_bytes': size, 'segment.publish_latency_ms': latencyMs });
    },
    failed(error: unknown) {
      end(publish, at(), { 'segment.size_bytes': size }, { error });
    },
  };
}

function end(span: Span, endTime: number, attributes: Attributes, failure?: { readonly error: unknown }) {
  quietly(() => {
    span.setAttributes(attributes);
    if (failure) {
      const error = failure.error instanceof Error ? failure.error : new Error(String(failure.error));
      span.recordException(error, endTime);
      span.setAttribute('error.type', error.name);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    }
    span.end(endTime);
  });
}

/** Where the segment goes, without what may be secret: credentials, query, fragment. */
function cdnUrl({ cdnUrl }: Segment): string | undefined {
  if (cdnUrl === undefined || !URL.canParse(cdnUrl)) return undefined;
  const { protocol, host, pathname } = new URL(cdnUrl);
  return `${protocol}//${host}${pathname}`;
}

/** Bytes of what a step gave, where that can be seen. */
function sizeOf(value: unknown): number | undefined {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof Blob) return value.size;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const sizes = value.map(sizeOf);
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}
