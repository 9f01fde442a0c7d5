import type { Span, SpanContext } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import type { Outcome, Request } from '../core/events.ts';
import type { Fact } from '../core/session.ts';
import { spans as names } from '../core/signals.ts';
import type { Measure } from './instruments.ts';
import { joins } from './joins.ts';
import { outcomeAttributes, requestAttributes } from './request-attributes.ts';
import type { Open, StartSpan } from './spans.ts';
import { endSpan } from './spans.ts';

const mostContexts = 128;
const mostOpen = 128;
const mostHosts = 8;

/** A span for each request attempt, and the figures of those that ended. */
export type FetchRecorder = {
  sent(request: Request, at: number, view: number, parent: Span | undefined): void;
  ended(fact: Fact & { kind: 'fetch' }): void;
  /** Also of requests that have ended a while ago. */
  contextOf(requestId: number): SpanContext | undefined;
  /** Ends what nobody waits for any more. */
  abandon(at: number): void;
};

/** @param carried whether a request was sent with the context of its span. */
export function fetchRecorder(
  start: StartSpan,
  measure: Measure,
  redact: (url: string) => string,
  carried: (request: Request) => boolean,
): FetchRecorder {
  const join = joins();
  const open = new Map<number, Open>();
  const contexts = new Map<number, SpanContext>();
  const hosts = new Set<string>();

  function measureFetch(
    request: Request,
    { result, errorType = 'unknown', durationMs, ttfbMs, bytes, cache, finalUrl }: Outcome,
  ) {
    const of = {
      'object.type': request.objectType,
      'cdn.host': hostOf(finalUrl ?? request.url),
      'cache.status': cache,
    };
    measure('livestream.segment.fetch.size', bytes, of);
    if (result === 'failed') measure('livestream.errors', 1, { 'error.type': errorType, 'error.fatal': false });
    // What the server held back on purpose, or was still producing, says nothing about the network.
    if (result !== 'ok' || request.blocking) return;
    if (!request.chunked) measure('livestream.segment.fetch.duration', durationMs / 1000, of);
    if (ttfbMs !== undefined) measure('livestream.segment.fetch.ttfb', ttfbMs / 1000, of);
  }

  /** Hosts come from playlists, so anyone can make many of them. */
  function hostOf(url: string): string {
    const { host } = new URL(url);
    if (hosts.size < mostHosts) hosts.add(host);
    return hosts.has(host) ? host : 'other';
  }

  return {
    sent(request, at, view, parent) {
      const attributes = { ...requestAttributes(request), 'url.full': redact(request.url) };
      const fetch = start(fetchName(request), at, view, { kind: SpanKind.CLIENT, attributes }, parent);
      open.set(request.id, fetch);
      bound(open, mostOpen);
      contexts.set(request.id, fetch.span.spanContext());
      bound(contexts, mostContexts);
    },
    ended({ at, request, outcome }) {
      const fetch = open.get(request.id);
      open.delete(request.id);
      if (fetch) {
        const own = fetch.span.spanContext();
        const { url } = request;
        const sent = { sentAt: fetch.at, aheadMs: fetch.wall - fetch.at, carried: carried(request) };
        const { links, attributes } = join({ url, outcome, own, ...sent });
        fetch.span.setAttributes({ ...outcomeAttributes(request, outcome), ...attributes });
        for (const link of links) fetch.span.addLink(link);
        endSpan(fetch, at, outcome.result === 'failed' ? outcome.errorType : undefined);
      }
      measureFetch(request, outcome);
    },
    contextOf: (requestId) => contexts.get(requestId),
    abandon(at) {
      for (const fetch of open.values()) {
        fetch.span.setAttribute('fetch.result', 'detached');
        endSpan(fetch, at);
      }
      open.clear();
    },
  };
}

function fetchName({ objectType }: Request): string {
  if (objectType === 'manifest') return names.manifest;
  return objectType === 'key' ? names.key : names.segment;
}

/** Forgets the oldest of too many. */
function bound(map: Map<number, unknown>, most: number) {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
