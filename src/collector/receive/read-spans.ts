import type { Attributes } from './loose.ts';
import { attributes, field, hexId, instant, list, number, text } from './loose.ts';

export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: number;
  readonly service: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly at: number; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
};

const most = 128;

/** The spans of an export request. Those without proper ids or times are left out and counted. */
export function readSpans(request: unknown): { spans: Span[]; broken: number } {
  const spans: Span[] = [];
  let broken = 0;
  for (const block of list(field(request, 'resourceSpans'))) {
    const resource = attributes(field(field(block, 'resource'), 'attributes'));
    for (const scope of list(field(block, 'scopeSpans'))) {
      for (const data of list(field(scope, 'spans'))) {
        const span = spanOf(data, resource);
        if (span) spans.push(span);
        else broken += 1;
      }
    }
  }
  return { spans, broken };
}

function spanOf(data: unknown, resource: Attributes): Span | undefined {
  const traceId = hexId(field(data, 'traceId'), 16);
  const spanId = hexId(field(data, 'spanId'), 8);
  const startedAt = instant(field(data, 'startTimeUnixNano'));
  const endedAt = instant(field(data, 'endTimeUnixNano'));
  if (!traceId || !spanId || !Number.isFinite(startedAt) || !Number.isFinite(endedAt)) return undefined;
  const own = attributes(field(data, 'attributes'));
  const session = resource['session.id'];
  return {
    traceId,
    spanId,
    parentSpanId: hexId(field(data, 'parentSpanId'), 8) ?? null,
    name: text(field(data, 'name'), 256),
    kind: number(field(data, 'kind') ?? 0) || 0,
    service: String(resource['service.name'] ?? 'unknown').slice(0, 256),
    startedAt,
    durationMs: Math.max(0, endedAt - startedAt),
    status: statusOf(field(field(data, 'status'), 'code')),
    statusMessage: text(field(field(data, 'status'), 'message'), 1024),
    attributes: session !== undefined && own['session.id'] === undefined ? { ...own, 'session.id': session } : own,
    events: list(field(data, 'events'))
      .slice(0, most)
      .map((event) => ({
        name: text(field(event, 'name'), 256),
        at: instant(field(event, 'timeUnixNano')),
        attributes: attributes(field(event, 'attributes')),
      })),
    links: list(field(data, 'links')).slice(0, most).flatMap(linkOf),
  };
}

function linkOf(data: unknown): Span['links'] {
  const traceId = hexId(field(data, 'traceId'), 16);
  const spanId = hexId(field(data, 'spanId'), 8);
  return traceId && spanId ? [{ traceId, spanId, attributes: attributes(field(data, 'attributes')) }] : [];
}

function statusOf(code: unknown): Span['status'] {
  if (code === 2 || code === 'STATUS_CODE_ERROR') return 'error';
  return code === 1 || code === 'STATUS_CODE_OK' ? 'ok' : 'unset';
}
