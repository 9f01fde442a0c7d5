// Spans around a stall, by hand: exact times, so that each sentence can be held to its numbers.
import type { Attributes, Span } from '../api.ts';

/** Unix ms of the moment when the picture stopped. */
export const stopped = 1_764_000_000_000;

type More = Partial<Pick<Span, 'parentSpanId' | 'links' | 'status' | 'service' | 'traceId'>>;

/** @param at and `ms`: milliseconds since the picture stopped, and its length. */
export function span(
  spanId: string,
  name: string,
  at: number,
  ms: number,
  attributes: Attributes = {},
  more: More = {},
): Span {
  return {
    ...{ traceId: `trace-${spanId}`, spanId, parentSpanId: null, name, kind: 1, service: 'web-player' },
    ...{ startedAt: stopped + at, durationMs: ms, status: 'unset', statusMessage: '', events: [], links: [] },
    attributes,
    ...more,
  };
}

export const linkTo = (...spans: readonly Span[]): Span['links'] =>
  spans.map(({ traceId, spanId }) => ({ traceId, spanId, attributes: {} }));

const session = { 'session.id': 'a', 'stream.id': 'demo', protocol: 'hls' };

export const stall = (ms: number, cause: string, links: Span['links'] = [], more: Attributes = {}): Span =>
  span(
    'stall',
    'livestream.player.stall',
    0,
    ms,
    { ...session, 'stall.cause': cause, 'stall.duration_s': ms / 1000, ...more },
    { links },
  );

export const fetched = (sequence: number, at: number, ms: number, more: Attributes = {}, rest: More = {}): Span =>
  span(
    `fetch-${sequence}-${at}`,
    'livestream.segment.fetch',
    at,
    ms,
    {
      ...{ ...session, 'object.type': 'video', 'segment.sequence': sequence, 'segment.duration_s': 2 },
      ...{ 'segment.size_bytes': 600_000, 'fetch.result': 'ok', ...more },
    },
    more['fetch.result'] === 'failed' ? { status: 'error', ...rest } : rest,
  );

export const playlist = (at: number, ms: number, more: Attributes = {}): Span =>
  span(
    `playlist-${at}`,
    'livestream.manifest.fetch',
    at,
    ms,
    { ...session, 'fetch.result': 'ok', ...more },
    more['fetch.result'] === 'failed' ? { status: 'error' } : {},
  );

export const key = (at: number, ms: number, more: Attributes = {}): Span =>
  span(
    `key-${at}`,
    'livestream.key.fetch',
    at,
    ms,
    { ...session, 'object.type': 'key', 'fetch.result': 'ok', ...more },
    more['fetch.result'] === 'failed' ? { status: 'error' } : {},
  );

export const answered = (fetch: Span, ms: number, ttfbMs: number, links: Span['links'] = []): Span =>
  span(
    `origin-${fetch.spanId}`,
    'livestream.origin.request',
    fetch.startedAt - stopped + 1,
    ms,
    { 'stream.id': 'demo', ttfb_s: ttfbMs / 1000 },
    { service: 'origin', parentSpanId: fetch.spanId, traceId: fetch.traceId, links },
  );

/** A publish and its steps, one after the other; `waiting` is the time before the first. */
export function published(
  sequence: number,
  at: number,
  steps: Partial<Record<'waiting' | 'mux' | 'encrypt' | 'upload' | 'manifest', number>>,
): Span[] {
  const { waiting = 0, ...taken } = steps;
  const of = { 'stream.id': 'demo', 'segment.sequence': sequence };
  const service = 'packager';
  const [spanId, traceId] = [`publish-${sequence}`, `trace-publish-${sequence}`];
  const whole = waiting + Object.values(taken).reduce((sum, ms) => sum + ms, 0);
  let from = at + waiting;
  const children = Object.entries(taken).map(([name, ms]) => {
    from += ms;
    const full = name === 'manifest' ? 'livestream.manifest.update' : `livestream.segment.${name}`;
    return span(`${name}-${sequence}`, full, from - ms, ms, of, { service, traceId, parentSpanId: spanId });
  });
  const about = { ...of, 'segment.path': `/live/v/seg-${sequence}.m4s`, 'segment.duration_s': 2 };
  return [span(spanId, 'livestream.segment.publish', at, whole, about, { service, traceId }), ...children];
}

/** A connection's span that ends after the freeze, and the checkpoint before it, of nothing. */
export function connection(
  side: 'player' | 'viewer' | 'publisher',
  of: string,
  totals: Record<string, number>,
): Span[] {
  const attributes: Attributes = {
    'stream.id': 'demo',
    protocol: 'webrtc',
    'peer.role': side,
    'peer.id': `peer-${side}`,
  };
  const identity = side === 'player' ? { 'session.id': 'a', 'stream.id': 'demo', protocol: 'webrtc' } : attributes;
  const more = {
    service: side === 'player' ? 'web-player' : 'sfu',
    links: [{ traceId: side === 'publisher' ? 'publisher' : 'connect', spanId: `negotiation-${side}`, attributes: {} }],
  };
  const told = (share: number) =>
    Object.fromEntries(Object.entries(totals).map(([name, value]) => [`${of}.${name}`, value * share]));
  return [
    span(
      `${side}-0`,
      'webrtc.connection',
      -80_000,
      60_000,
      { ...identity, 'connection.checkpoint': 0, ...told(1) },
      more,
    ),
    span(
      `${side}-1`,
      'webrtc.connection',
      -20_000,
      60_000,
      { ...identity, 'connection.checkpoint': 1, ...told(2) },
      more,
    ),
  ];
}
