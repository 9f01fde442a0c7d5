import type { Span } from '../api.ts';
import { string } from '../traces/attributes.ts';
import { awaitedFetch } from './awaited-fetch.ts';
import { bySpanId, endOf, isOrigin, isPlaylist, isPublish, sequenceOf } from './spans.ts';

/** All that was recorded around a stall, sorted by what it says about it. Lists are in the order of time. */
export type Evidence = {
  readonly stall: Span;
  /** The fetch that the picture waited for longest, and the attempts at the same before it. */
  readonly fetch: Span | undefined;
  readonly attempts: readonly Span[];
  /** The others that were in flight, or failed. */
  readonly others: readonly Span[];
  /** The origin's side of the fetch. */
  readonly origin: Span | undefined;
  /** How that very segment was published: the whole, and its steps. */
  readonly publish: Span | undefined;
  readonly steps: readonly Span[];
  /** Other segments of the stream, to know what is usual. */
  readonly published: readonly Span[];
  readonly playlists: readonly Span[];
  readonly spans: readonly Span[];
};

const beforeMs = 12_000;
const afterMs = 1000;

/** @param spans of any traces, in any order, the stall among them or not. */
export function evidenceOf(stall: Span, spans: readonly Span[]): Evidence {
  const all = [...bySpanId(spans).values()].sort((a, b) => a.startedAt - b.startedAt);
  const linked = new Set(stall.links.map(({ spanId }) => spanId));
  const session = string(stall.attributes, 'session.id');
  const own = all.filter(({ attributes }) => string(attributes, 'session.id') === session);
  const { fetch, attempts } = awaitedFetch(stall, own);
  const origin = fetch && originOf(fetch, all);
  const published = all.filter((span) => isPublish(span) && isOfStream(span, stall));
  const publish = fetch ? publishOf(fetch, origin, all, published) : slowestDuring(stall, published);
  const near = (span: Span) => endOf(span) >= stall.startedAt - beforeMs && span.startedAt <= endOf(stall) + afterMs;
  return {
    stall,
    fetch,
    attempts,
    others: own.filter(
      (span) => linked.has(span.spanId) && span !== fetch && !attempts.includes(span) && !isPlaylist(span),
    ),
    origin,
    publish,
    steps: publish ? all.filter(({ parentSpanId }) => parentSpanId === publish.spanId) : [],
    published: published.filter((span) => span !== publish),
    playlists: own.filter((span) => isPlaylist(span) && near(span)),
    spans: all,
  };
}

/** A child where the context travelled, else what the fetch links to: an answer from a cache has the span of another request. */
export function originOf(fetch: Span, spans: readonly Span[]): Span | undefined {
  const child = spans.find((span) => isOrigin(span) && span.parentSpanId === fetch.spanId);
  return child ?? linkedFrom(fetch, spans).find(isOrigin);
}

function publishOf(fetch: Span, origin: Span | undefined, all: readonly Span[], published: readonly Span[]) {
  const joined = [fetch, ...(origin ? [origin] : [])].flatMap((span) => linkedFrom(span, all)).find(isPublish);
  if (joined) return joined;
  const sequence = sequenceOf(fetch);
  if (sequence === undefined) return undefined;
  const same = published.filter((span) => sequenceOf(span) === sequence);
  const url = string(fetch.attributes, 'url.full') ?? '';
  return same.find(({ attributes }) => pathIn(url, string(attributes, 'segment.path'))) ?? same[0];
}

/** Where the player never came to ask for a segment. */
function slowestDuring(stall: Span, published: readonly Span[]): Span | undefined {
  if (string(stall.attributes, 'stall.cause') !== 'live_edge') return undefined;
  const during = published.filter((span) => endOf(span) >= stall.startedAt && span.startedAt <= endOf(stall));
  return during.sort((a, b) => b.durationMs - a.durationMs)[0];
}

function linkedFrom({ links }: Span, spans: readonly Span[]): Span[] {
  return spans.filter(({ traceId, spanId }) =>
    links.some((link) => link.traceId === traceId && link.spanId === spanId),
  );
}

function isOfStream({ attributes }: Span, stall: Span): boolean {
  return string(attributes, 'stream.id') === string(stall.attributes, 'stream.id');
}

function pathIn(url: string, path: string | undefined): boolean {
  return path !== undefined && path !== '' && (url.split(/[?#]/, 1)[0] ?? '').endsWith(path);
}
