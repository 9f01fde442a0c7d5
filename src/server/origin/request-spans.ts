import type { Attributes, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { redactPath } from '../../core/redact-path.ts';
import { originSpans } from '../../core/signals.ts';
import { traceOf } from '../../core/trace-query.ts';
import type { Publications } from '../publications.ts';
import { toTraceparent } from '../publish-context.ts';
import type { Answer } from './tally.ts';
import { unixMs } from './wall-clock.ts';

/** What a request says of itself. `url` is its target: a path with a query. */
export type Asked = {
  readonly method: string;
  readonly url: string;
  readonly traceparent?: string | undefined;
  readonly range?: string | undefined;
};

const startOptions = { kind: SpanKind.SERVER } as const;

/** Begins the span of a request: in the trace of the fetch, where its context came along. */
export function beginSpan(
  { method, url, traceparent, range }: Asked,
  tracer: Tracer,
  publications: Pick<Publications, 'contextOf'> | undefined,
): Answer {
  const path = pathOf(url);
  const query = path.length === url.length ? '' : url;
  const carried = traceparent ?? (query && traceOf(query));
  const parent = carried ? parseTraceParent(carried) : null;
  const context = parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
  const span = tracer.startSpan(originSpans.request, startOptions, context);
  const publish = publishOf(path, publications);
  if (publish) span.addLink({ context: publish });
  return {
    method,
    path,
    range,
    span,
    publish,
    // Held back on purpose until it can name what was asked for (RFC 8216bis, 6.2.5.2): that is no slowness.
    blocking: query.includes('_HLS_msn='),
    beganMs: performance.now(),
    answeredMs: undefined,
    endedMs: 0,
    status: undefined,
    bytes: 0,
    contentType: undefined,
    cacheControl: undefined,
    broken: undefined,
    error: undefined,
  };
}

/** The answer begins: what its `Server-Timing` says. */
export function timingOf(answer: Answer): string {
  answer.answeredMs ??= performance.now();
  const own = toTraceparent(answer.span.spanContext());
  const publish = answer.publish && toTraceparent(answer.publish);
  const at = `at;desc="${unixMs(answer.answeredMs).toFixed(1)}"`;
  return `${own ? `traceparent;desc="${own}", ` : ''}${publish ? `publish;desc="${publish}", ` : ''}${at}`;
}

/** Says on the span what became of the request, beside `of`, and ends it. */
export function endSpan(answer: Answer, of: Attributes): void {
  const { span, method, path, range, status, bytes, cacheControl, blocking, beganMs, answeredMs, endedMs } = answer;
  if (!span.isRecording()) return;
  const errorType = errorTypeOf(answer);
  span.setAttributes(of);
  span.setAttributes({
    'request.path': redactPath(path),
    'http.request.method': method,
    'http.response.status_code': status,
    'http.response.body.size': bytes,
    'http.request.header.range': range,
    'http.response.header.cache-control': cacheControl,
    'request.blocking': blocking || undefined,
    ttfb_s: answeredMs === undefined ? undefined : (answeredMs - beganMs) / 1000,
    'error.type': errorType,
  } satisfies Attributes);
  settle(span, answer, errorType);
  span.end(endedMs);
}

/** A client that goes away, or asks for what is not there, is no error of a server (HTTP conventions of OpenTelemetry). */
function settle(span: Span, { error, broken, status }: Answer, errorType: string | undefined) {
  if (error !== undefined) span.recordException(error instanceof Error ? error : String(error));
  const isOurs = error !== undefined || broken === 'truncated' || (status ?? 0) >= 500;
  if (isOurs) span.setStatus({ code: SpanStatusCode.ERROR, message: errorType ?? 'error' });
}

function errorTypeOf({ error, broken, status }: Answer): string | undefined {
  if (error !== undefined) return error instanceof Error ? error.name : 'error';
  return broken ?? (status !== undefined && status >= 400 ? String(status) : undefined);
}

function publishOf(path: string, publications: Pick<Publications, 'contextOf'> | undefined): SpanContext | undefined {
  try {
    return publications?.contextOf(path);
  } catch {
    // Somebody else's registry; without it the answer has no link, and that is all.
    return undefined;
  }
}

/** The path of a request's target, without its query: that may hold tokens. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  return path.startsWith('/') ? path : path.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/';
}
