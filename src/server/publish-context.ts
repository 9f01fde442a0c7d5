import type { SpanContext } from '@opentelemetry/api';
import { isSpanContextValid } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

/** The header by which a store that keeps headers keeps the context of the publish with the object. */
export const publishHeader = 'x-publish-traceparent';

const sidecarEnding = '.traceparent';
// A traceparent has 55 characters; later versions may append to it.
const longest = 256;

/** A context as `traceparent`, by which another process or a restarted one links to it; undefined where there is none. */
export function toTraceparent(context: SpanContext): string | undefined {
  if (!isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags } = context;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The context in a `traceparent`, be it from a header or from a sidecar; undefined where there is none. */
export function fromTraceparent(text: string): SpanContext | undefined {
  const context = text.length <= longest ? parseTraceParent(text.trim()) : null;
  return context && isSpanContextValid(context) ? { ...context, isRemote: true } : undefined;
}

/** The sidecar of an object, to be stored beside it: its path, and its text of one line; undefined without a context. */
export function toSidecar(path: string, context: SpanContext): { path: string; text: string } | undefined {
  const traceparent = toTraceparent(context);
  return traceparent === undefined ? undefined : { path: `${path}${sidecarEnding}`, text: `${traceparent}\n` };
}

/** The path of the object that a sidecar belongs to; undefined for what is no sidecar. */
export function objectOfSidecar(path: string): string | undefined {
  return path.endsWith(sidecarEnding) ? path.slice(0, -sidecarEnding.length) : undefined;
}
