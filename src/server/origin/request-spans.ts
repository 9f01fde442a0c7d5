import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { originSpans } from '../../core/signals.ts';
import { traceOf } from '../../core/trace-query.ts';
import type { Measure } from '../instruments.ts';
import type { Publications } from '../publications.ts';
import { toTraceparent } from '../publish-context.ts';
import { protocolOf, requestTypeOf } from './request-type.ts';

/** What a request says of itself. `url` is its target: a path with a query. */
export type Asked = {
  readonly method: string;
  readonly url: string;
  readonly traceparent?: string | undefined;
  readonly range?: string | undefined;
};

/** What became of it. */
export type Answered = {
  /** Undefined where nothing was answered. */
  readonly status?: number | undefined;
  readonly bytes: number;
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  /** The client went away, or the answer broke off, before its end. */
  readonly aborted?: boolean;
  readonly error?: unknown;
};

/** A request that is being answered. */
export type Answering = {
  /** The answer begins: what its `Server-Timing` says. */
  begins(): string;
  /** It is over; only the first time counts. */
  ends(answered: Answered): void;
};

type About = {
  readonly tracer: Tracer;
  readonly measure: Measure;
  readonly streamIdOf: (path: string) => string | undefined;
  readonly publications?: Pick<Publications, 'contextOf'> | undefined;
  readonly sent: (bytes: number, streamId: string | undefined) => void;
};

/** A span and the figures of each request: of HTTP servers of every kind, that say what they know. */
export function requestSpans({ tracer, measure, streamIdOf, publications, sent }: About): (asked: Asked) => Answering {
  return ({ method, url, traceparent, range }) => {
    const began = performance.now();
    const path = pathOf(url);
    const streamId = streamIdOf(path);
    const parent = parseTraceParent(traceparent ?? traceOf(url) ?? '');
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
    const span = tracer.startSpan(originSpans.request, { kind: SpanKind.SERVER }, context);
    const publish = publications?.contextOf(path);
    if (publish) span.addLink({ context: publish });
    // Held back on purpose until it can name what was asked for (RFC 8216bis, 6.2.5.2): that is no slowness.
    const blocking = /[?&]_HLS_msn=/.test(url);
    let answeredMs: number | undefined;
    let open = true;

    return {
      begins() {
        answeredMs ??= performance.now() - began;
        const said = Object.entries({
          traceparent: toTraceparent(span.spanContext()),
          publish: publish && toTraceparent(publish),
          at: Date.now(),
        }).filter(([, value]) => value !== undefined);
        return said.map(([entry, value]) => `${entry};desc="${value}"`).join(', ');
      },
      ends({ status, bytes, contentType, cacheControl, aborted = false, error }) {
        if (!open) return;
        open = false;
        const type = requestTypeOf(path, contentType);
        const of = { 'stream.id': streamId, protocol: protocolOf(path), 'request.type': type };
        const more = { ...of, 'http.response.status_class': status && `${Math.floor(status / 100)}xx` };
        measure('livestream.origin.requests', 1, more);
        if (answeredMs !== undefined && !blocking) measure('livestream.origin.request_latency', answeredMs, more);
        sent(bytes, streamId);
        if (!span.isRecording()) return;
        const errorType = errorTypeOf(status, aborted, error);
        span.setAttributes({
          ...of,
          'request.path': path,
          'http.request.method': method,
          'http.response.status_code': status,
          'http.response.body.size': bytes,
          'http.request.header.range': range,
          'http.response.header.cache-control': cacheControl,
          'request.blocking': blocking || undefined,
          ttfb_s: answeredMs === undefined ? undefined : answeredMs / 1000,
          'error.type': errorType,
        } satisfies Attributes);
        settle(span, errorType, error);
      },
    };
  };
}

/** A client that goes away, or asks for what is not there, is no error of a server (HTTP conventions of OpenTelemetry). */
function settle(span: Span, errorType: string | undefined, error: unknown) {
  if (error !== undefined) span.recordException(error instanceof Error ? error : String(error));
  const ours = error !== undefined || /^5|^truncated/.test(errorType ?? '');
  if (ours) span.setStatus({ code: SpanStatusCode.ERROR, message: errorType ?? 'error' });
  span.end();
}

function errorTypeOf(status: number | undefined, aborted: boolean, error: unknown): string | undefined {
  if (error !== undefined) return error instanceof Error ? error.name : 'error';
  if (aborted) return 'aborted';
  return status !== undefined && status >= 400 ? String(status) : undefined;
}

/** The path of a request's target, without its query: that may hold tokens. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  return path.startsWith('/') ? path : path.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/';
}
