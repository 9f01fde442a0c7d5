import type { Attributes, Span } from '../api.ts';

/** Spans as the JSON of an OTLP ExportTraceServiceRequest, for any back end: one resource for each service. */
export function otlpJson(spans: readonly Span[]): object {
  const services = new Map<string, Span[]>();
  for (const span of spans) services.set(span.service, [...(services.get(span.service) ?? []), span]);
  return {
    resourceSpans: [...services].map(([service, own]) => ({
      resource: { attributes: keyValues({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: 'playscope' }, spans: own.map(otlpSpan) }],
    })),
  };
}

const codes = { unset: 0, ok: 1, error: 2 };

function otlpSpan(span: Span) {
  const { traceId, spanId, parentSpanId, name, kind, startedAt, durationMs, status, statusMessage } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== null && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: nanos(startedAt),
    endTimeUnixNano: nanos(startedAt + durationMs),
    attributes: keyValues(span.attributes),
    events: span.events.map((event) => ({
      timeUnixNano: nanos(event.at),
      name: event.name,
      attributes: keyValues(event.attributes),
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: keyValues(link.attributes),
    })),
    status: { code: codes[status], ...(statusMessage && { message: statusMessage }) },
  };
}

// A double cannot hold them: as a decimal string, like all 64-bit integers of OTLP's JSON.
function nanos(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}

function keyValues(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'object' && value !== null) return { kvlistValue: { values: keyValues(value as Attributes) } };
  return {};
}
