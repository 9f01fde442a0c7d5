import type { SpanContext } from '@opentelemetry/api';

/** The `traceparent` header that names a span (W3C Trace Context). */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & 1}`;
}
