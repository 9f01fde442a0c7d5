import type { Attributes, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { serverSpans, spans } from '../core/signals.ts';

const names = { ...serverSpans, connection: spans.connection };

/**
 * The spans of one connection: its negotiation, a child of whoever asked for it; its first packet; and in traces of their
 * own, linked to the negotiation, what came of it, each minute and at the end. None is open for long.
 *
 * @param common on every span.
 * @param wallTime Unix ms of an instant of the monotonic clock.
 */
export function connectionSpans(
  tracer: Tracer,
  common: Attributes,
  traceparent: string | undefined,
  wallTime: (at: number) => number,
) {
  const asked = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
  const parent = asked ? trace.setSpanContext(ROOT_CONTEXT, { ...asked, isRemote: true }) : ROOT_CONTEXT;
  let negotiation: Span | undefined;
  let negotiated: SpanContext | undefined;
  let checkpoints = 0;

  return {
    begin(at: number) {
      const options = { kind: SpanKind.SERVER, attributes: common, startTime: wallTime(at) };
      negotiation = tracer.startSpan(names.negotiation, options, parent);
      negotiated = negotiation.spanContext();
    },
    /** Ends the negotiation, once. */
    settled(at: number, state: string, error?: string) {
      negotiation?.setAttribute('connection.state', state);
      fail(negotiation, error);
      negotiation?.end(wallTime(at));
      negotiation = undefined;
    },
    firstPacket(from: number, to: number) {
      const context = negotiated ? trace.setSpanContext(ROOT_CONTEXT, negotiated) : ROOT_CONTEXT;
      tracer.startSpan(names.firstPacket, { attributes: common, startTime: wallTime(from) }, context).end(wallTime(to));
    },
    connection(from: number, to: number, attributes: Attributes, error?: string) {
      const span = tracer.startSpan(
        names.connection,
        {
          attributes: { ...common, 'connection.checkpoint': checkpoints, ...attributes },
          startTime: wallTime(from),
          links: negotiated ? [{ context: negotiated }] : [],
        },
        ROOT_CONTEXT,
      );
      fail(span, error);
      span.end(wallTime(to));
      checkpoints += 1;
    },
  };
}

function fail(span: Span | undefined, errorType: string | undefined) {
  if (errorType === undefined) return;
  span?.setAttribute('error.type', errorType);
  span?.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
}
