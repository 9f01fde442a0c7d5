import type { Attributes, Link, Span, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** A span that is going on, and its beginning on both clocks. */
export type Open = { readonly span: Span; readonly at: number; readonly wall: number };

type Details = { readonly kind?: SpanKind; readonly attributes?: Attributes; readonly links?: Link[] };

/** Starts spans of a session; `at` is ms of the monotonic clock. A parent is named or there is none: never the page's own. */
export type StartSpan = (name: string, at: number, view: number, details: Details, parent?: Span) => Open;

export function spanStarter(options: {
  readonly tracer: Tracer;
  readonly sessionId: string;
  readonly common: Attributes;
  readonly wallTime: (at: number) => number;
}): StartSpan {
  const { tracer, sessionId, common, wallTime } = options;
  return (name, at, view, details, parent) => {
    const wall = wallTime(at);
    const identity = { 'session.id': sessionId, 'view.id': `${sessionId}.${view}`, ...common };
    const all = { kind: SpanKind.INTERNAL, ...details, attributes: { ...identity, ...details.attributes } };
    const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    return { span: tracer.startSpan(name, { ...all, startTime: Math.round(wall) }, context), at, wall };
  };
}

/**
 * Both ends are taken from the monotonic clock: the wall clock may have been set in between. Spans are told to the millisecond:
 * finer digits of a network say nothing, and would have to be sent.
 */
export function endSpan({ span, at, wall }: Open, to: number, error?: string): void {
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end(Math.round(wall + Math.max(0, to - at)));
}
