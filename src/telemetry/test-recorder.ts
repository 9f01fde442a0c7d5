import { pass, reduce } from '../core/reduce.ts';
import { freshSession } from '../core/session.ts';
import type { Line } from '../core/test-events.ts';
import { event } from '../core/test-events.ts';
import type { ReadableSpan } from './providers.ts';
import { providers } from './providers.ts';
import { recorder } from './recorder.ts';
import { redactUrl } from './redact.ts';

/** Unix ms of instant 0. */
const epoch = 1_790_000_000_000;

/** A recorder over the real SDK; what is read of it is the JSON that would be sent. */
export function start({ carried = false } = {}) {
  const ended: ReadableSpan[] = [];
  const troubles: string[] = [];
  const sdk = providers({
    resource: { 'service.name': 'web-player', 'session.id': 'a1b2' },
    scope: { name: 'playscope', version: '0' },
    shouldSample: () => 'keep',
    onSpanEnd: (span) => ended.push(span),
  });
  const record = recorder({
    tracer: sdk.tracer,
    meter: sdk.meter,
    sessionId: 'a1b2',
    common: { 'stream.id': 'demo', protocol: 'hls' },
    viewer: { 'player.name': 'hls.js', 'viewer.kind': 'real' },
    redact: (url) => redactUrl(new URL(url)),
    wallTime: (ms) => epoch + ms,
    onTrouble: (reason) => troubles.push(reason),
    carried: () => carried,
  });
  let session = freshSession(0);

  return {
    troubles,
    record,
    session: () => session,
    say(...tape: readonly Line[]) {
      for (const line of tape) {
        const before = session;
        const word = event(line);
        session = reduce(before, word);
        record.record(before, session, word);
      }
    },
    /** What happens at each report. */
    report(ms: number) {
      const before = session;
      session = pass(before, ms);
      record.record(before, session);
      record.report(session);
    },
    spans: () => spansOf(sdk.serializeSpans(ended)),
    async points(name: string) {
      return (await sdk.collect().then(pointsOf)).filter((point) => point.name === name);
    },
    all: () => sdk.collect().then(pointsOf),
  };
}

export type Span = {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  from: number;
  to: number;
  attributes: Record<string, unknown>;
  links: { spanId: string }[];
  events: { name: string; at: number }[];
  error: string | undefined;
};
type Point = { name: string; value: number; count?: number; attributes: Record<string, unknown> };

// biome-ignore lint/suspicious/noExplicitAny: OTLP/JSON as it is on the wire.
type Json = any;
const anyValue = (value: Json) => ('intValue' in value ? Number(value.intValue) : Object.values(value)[0]);
const attributesOf = (list: Json[] = []) => Object.fromEntries(list.map(({ key, value }) => [key, anyValue(value)]));
const since = (nanos: string) => Number(BigInt(nanos) / 1000n) / 1000 - epoch;

function spansOf(json: string): Span[] {
  const { resourceSpans = [] } = JSON.parse(json);
  const list: Json[] = resourceSpans.flatMap(({ scopeSpans }: Json) => scopeSpans.flatMap(({ spans }: Json) => spans));
  return list.map((span) => ({
    ...span,
    from: since(span.startTimeUnixNano),
    to: since(span.endTimeUnixNano),
    attributes: attributesOf(span.attributes),
    links: span.links ?? [],
    events: (span.events ?? []).map(({ name, timeUnixNano }: Json) => ({ name, at: since(timeUnixNano) })),
    error: span.status?.code === 2 ? span.status.message : undefined,
  }));
}

function pointsOf(json: string | undefined): Point[] {
  if (!json) return [];
  const list: Json[] = JSON.parse(json).resourceMetrics[0].scopeMetrics[0].metrics;
  return list.flatMap(({ name, sum, histogram }) =>
    (sum ?? histogram).dataPoints.map((point: Json) => ({
      name,
      value: point.asDouble ?? Number(point.asInt ?? point.sum),
      count: point.count === undefined ? undefined : Number(point.count),
      attributes: attributesOf(point.attributes),
    })),
  );
}

export const named = (list: readonly Span[], name: string) => list.filter((span) => span.name === name);
