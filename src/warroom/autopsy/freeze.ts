import type { Span } from '../api.ts';
import { format } from '../format.ts';
import { number, string } from '../traces/attributes.ts';
import type { Evidence } from './evidence.ts';
import { endOf } from './spans.ts';
import type { Verdict } from './verdict.ts';

export type Side = 'viewer' | 'server' | 'publisher';

/** What the video of one side of a connection did in the interval around a freeze: differences of two of its spans. */
export type Interval = {
  readonly side: Side;
  readonly span: Span;
  readonly packets: number;
  readonly lost: number;
  readonly nacks: number;
  readonly plis: number;
};

// With less than this lost, NACK brings the rest and a picture goes on, unless a key frame had to be asked for.
const muchLost = 0.02;

/** The intervals around the freeze: of the player, of the server's leg to it, and of the server's leg from the publisher. */
export function intervalsOf({ stall, spans }: Evidence): Interval[] {
  const session = string(stall.attributes, 'session.id');
  const connections = spans.filter(({ name }) => name === 'webrtc.connection');
  const own = connections.filter(({ attributes }) => string(attributes, 'session.id') === session);
  // The server's negotiation is in the trace of the player's connecting: both link to it.
  const traces = new Set(own.flatMap(({ links }) => links.map(({ traceId }) => traceId)));
  const leg = connections.filter(
    ({ attributes, links }) => attributes['peer.role'] === 'viewer' && links.some(({ traceId }) => traces.has(traceId)),
  );
  const from = connections.filter(({ attributes }) => attributes['peer.role'] === 'publisher');
  return [
    ...around('viewer', 'rtp.received.video', own, stall),
    ...around('server', 'rtp.sent.video', leg, stall),
    ...around('publisher', 'rtp.received.video', from, stall),
  ];
}

function around(side: Side, of: string, spans: readonly Span[], stall: Span): Interval[] {
  const reaching = (span: Span) => endOf(span) >= stall.startedAt && span.startedAt <= endOf(stall);
  const span = spans.find((each) => reaching(each) && number(each.attributes, `${of}.packets`) !== undefined);
  if (!span) return [];
  // Totals count from the beginning of the connection: what was before this interval stands in the checkpoint before it.
  const checkpoint = number(span.attributes, 'connection.checkpoint');
  const before = spans.find(
    (each) => number(each.attributes, 'connection.checkpoint') === (checkpoint ?? 0) - 1 && sameConnection(each, span),
  );
  const since = (name: string) =>
    (number(span.attributes, `${of}.${name}`) ?? 0) - ((before && number(before.attributes, `${of}.${name}`)) ?? 0);
  const [packets = 0, lost = 0, nacks = 0, plis = 0] = ['packets', 'packets_lost', 'nacks', 'plis'].map((name) =>
    Math.max(0, since(name)),
  );
  return [{ side, span, packets, lost, nacks, plis }];
}

function sameConnection(one: Span, other: Span): boolean {
  return (
    one.attributes['peer.id'] === other.attributes['peer.id'] &&
    one.attributes['view.id'] === other.attributes['view.id']
  );
}

/** Packets that were lost, of those that were sent: what was lost is not among those that came. */
export function lossOf({ side, packets, lost }: Interval): number {
  const sent = side === 'server' ? packets : packets + lost;
  return sent > 0 ? lost / sent : 0;
}

export function freezeVerdict(evidence: Evidence, seconds: number): Verdict {
  const froze = `The picture froze for ${format('seconds', seconds)}`;
  const intervals = intervalsOf(evidence);
  const [viewer, server, publisher] = (['viewer', 'server', 'publisher'] as const).map((side) =>
    intervals.find((each) => each.side === side),
  );
  const figures = intervals.map((interval) => ({
    label: sides[interval.side],
    text: intervalText(interval),
    slow: false,
  }));
  const seen = viewer ?? server;
  if (!seen) {
    const sentence = `${froze}, and the figures of its connection are not here: they come once a minute and at its end`;
    return { culprit: 'webrtc', sentence, figures };
  }
  const asked = askedText(viewer, server);
  if (publisher && lossOf(publisher) >= muchLost && lossOf(publisher) >= lossOf(seen)) {
    return {
      culprit: 'webrtc',
      step: 'ingest',
      sentence: `${froze} because ${lossText(publisher)} on the way from the publisher to the server${asked}`,
      figures,
    };
  }
  if (lossOf(seen) >= muchLost || (seen.lost > 0 && seen.plis > 0)) {
    return {
      culprit: 'webrtc',
      step: 'loss',
      sentence: `${froze} because ${lossText(seen)} on the way to the viewer${asked}`,
      figures,
    };
  }
  const nothing = seen.lost === 0 && (server?.lost ?? 0) === 0;
  const sentence = nothing
    ? `${froze} although no packet was lost on the way to the viewer: nothing new was sent, or what came could not be decoded${asked}`
    : `${froze}, and the little that was lost around it does not say why: ${lossText(seen)} on the way to the viewer${asked}`;
  return { culprit: 'webrtc', step: nothing ? 'silence' : undefined, sentence, figures };
}

const sides: Record<Side, string> = { viewer: 'player', server: 'server to player', publisher: 'publisher to server' };

export function intervalText(interval: Interval): string {
  const { nacks, plis } = interval;
  return `${format('ratio', lossOf(interval))} lost · ${format('count', nacks)} NACK · ${format('count', plis)} PLI`;
}

function lossText(interval: Interval): string {
  const { packets, lost, side } = interval;
  const sent = side === 'server' ? packets : packets + lost;
  return `${format('ratio', lossOf(interval))} of the video packets (${format('count', lost)} of ${format('count', sent)}) were lost`;
}

function askedText(viewer: Interval | undefined, server: Interval | undefined): string {
  if (!viewer) return '';
  const got = server ? `; the server got ${format('count', server.nacks)} and ${format('count', server.plis)}` : '';
  return `. The player sent ${format('count', viewer.nacks)} NACK and ${format('count', viewer.plis)} PLI${got}`;
}
