import type { Span } from './receive/read-spans.ts';
import type { SpanQuery } from './span-search.ts';
import { findSpans, joinGrades } from './span-search.ts';

export type TraceQuery = {
  readonly stream?: string | undefined;
  readonly session?: string | undefined;
  readonly name?: string | undefined;
  readonly error?: boolean;
  /** Default 50, at most 500. */
  readonly limit?: number;
};

type Trace = { readonly spans: Map<string, Span>; bytes: number };
type Place = { readonly traceId: string; readonly spanId: string };

const mostSpansOfOne = 2000;
const mostLinked = 200;

/**
 * Recent traces in a ring that is bounded by spans and by their estimated bytes: whole traces leave, oldest first. Links can
 * be followed both ways while both ends are there.
 */
export function traces(mostSpans: number, mostBytes: number) {
  const ring = new Map<string, Trace>();
  // From the span that is linked to, to the spans that carry the links.
  const carriers = new Map<string, Place[]>();
  let [spans, bytes, dropped, repeats] = [0, 0, 0, 0];

  function add(span: Span) {
    const trace = ring.get(span.traceId) ?? { spans: new Map<string, Span>(), bytes: 0 };
    if (trace.spans.has(span.spanId)) {
      repeats += 1;
      return;
    }
    const size = sizeOf(span);
    if (trace.spans.size >= Math.min(mostSpansOfOne, mostSpans) || trace.bytes + size > mostBytes) {
      dropped += 1;
      return;
    }
    ring.set(span.traceId, trace);
    trace.spans.set(span.spanId, span);
    trace.bytes += size;
    spans += 1;
    bytes += size;
    for (const link of span.links) {
      const known = carriers.get(keyOf(link));
      if (known) known.push({ traceId: span.traceId, spanId: span.spanId });
      else carriers.set(keyOf(link), [{ traceId: span.traceId, spanId: span.spanId }]);
    }
    while (spans > mostSpans || bytes > mostBytes) dropOldest();
  }

  function dropOldest() {
    for (const [traceId, trace] of ring) {
      ring.delete(traceId);
      spans -= trace.spans.size;
      bytes -= trace.bytes;
      for (const span of trace.spans.values()) for (const link of span.links) forgetCarrier(link, traceId);
      return;
    }
  }

  function forgetCarrier(link: Place, traceId: string) {
    const left = carriers.get(keyOf(link))?.filter((carrier) => carrier.traceId !== traceId);
    if (left && left.length > 0) carriers.set(keyOf(link), left);
    else carriers.delete(keyOf(link));
  }

  return {
    add,
    /** Traces that match, newest first, each by its root. */
    list({ stream, session, name, error = false, limit = 50 }: TraceQuery) {
      const found: ReturnType<typeof summaryOf>[] = [];
      for (const [traceId, trace] of [...ring].reverse()) {
        if (found.length >= Math.min(500, Math.max(1, limit))) break;
        const summary = summaryOf(traceId, trace);
        if (error && !summary.error) continue;
        if (stream !== undefined && summary.streamId !== stream) continue;
        if (session !== undefined && summary.sessionId !== session) continue;
        if (name !== undefined && ![...trace.spans.values()].some((span) => span.name === name)) continue;
        found.push(summary);
      }
      return { traces: found };
    },
    /** One trace whole, with the spans of other traces that links join to it. */
    one(traceId: string) {
      const trace = ring.get(traceId);
      if (!trace) return undefined;
      const all = [...trace.spans.values()].sort((a, b) => a.startedAt - b.startedAt);
      const linked = all.flatMap((span) => [
        ...span.links.flatMap((link) => linkedSpan('to', link, span.spanId)),
        ...(carriers.get(keyOf(span)) ?? []).flatMap((carrier) => linkedSpan('from', carrier, span.spanId)),
      ]);
      return { traceId, spans: all, linked: linked.slice(0, mostLinked) };
    },
    /** Single spans that match, whatever their traces. */
    find: (query: SpanQuery) => findSpans(newestFirst(), query),
    joins: (stream?: string) => joinGrades(newestFirst(), stream),
    counts: () => ({ traces: ring.size, spans, bytes, dropped, repeats, links: carriers.size }),
  };

  function* newestFirst(): Generator<Span> {
    for (const trace of [...ring.values()].reverse()) yield* [...trace.spans.values()].reverse();
  }

  function linkedSpan(direction: 'to' | 'from', { traceId, spanId }: Place, ofSpanId: string) {
    const span = ring.get(traceId)?.spans.get(spanId);
    if (!span) return [];
    const { name, startedAt, durationMs } = span;
    return [{ direction, traceId, spanId, name, startedAt, durationMs, ofSpanId }];
  }
}

function summaryOf(traceId: string, { spans }: Trace) {
  const all = [...spans.values()].sort((a, b) => a.startedAt - b.startedAt);
  // A parent may still be on its way, or may never come: then the earliest span stands for the trace.
  const root = (all.find(({ parentSpanId }) => parentSpanId === null) ??
    all.find(({ parentSpanId }) => !spans.has(parentSpanId ?? '')) ??
    all[0]) as Span;
  const startedAt = Math.min(...all.map((span) => span.startedAt));
  const endedAt = Math.max(...all.map((span) => span.startedAt + span.durationMs));
  const textOf = (name: string) => {
    const value = all.map(({ attributes }) => attributes[name]).find((each) => typeof each === 'string');
    return typeof value === 'string' ? value : null;
  };
  return {
    traceId,
    name: root.name,
    service: root.service,
    startedAt,
    durationMs: endedAt - startedAt,
    spans: all.length,
    error: all.some(({ status }) => status === 'error'),
    streamId: textOf('stream.id'),
    sessionId: textOf('session.id'),
    attributes: root.attributes,
  };
}

function keyOf({ traceId, spanId }: Place): string {
  return `${traceId}${spanId}`;
}

// What it takes as JSON is close enough, and cheap to know.
function sizeOf(span: Span): number {
  return 200 + JSON.stringify(span).length;
}
