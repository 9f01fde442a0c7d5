import type { Span, Trace } from '../api.ts';
import { string } from '../traces/attributes.ts';
import { offsetOf } from './clocks.ts';
import type { Evidence } from './evidence.ts';
import { evidenceOf } from './evidence.ts';
import { endOf } from './spans.ts';

/** How the collector is asked: for a trace, and for single spans. Each rejects when there is no answer. */
export type Ask = {
  readonly trace: (traceId: string) => Promise<Trace>;
  readonly spans: (query: Record<string, string | number | undefined>) => Promise<readonly Span[]>;
};

const beforeMs = 20_000;
const afterMs = 5000;
// Connections leave their figures once a minute, and the interval before counts too.
const connectionMs = 125_000;
const connectionAfterMs = 65_000;
const mostTraces = 24;

/** Collects what was recorded around a stall: of its session, of its stream's publisher, and along the links. */
export async function gather(stall: Span, { trace, spans }: Ask): Promise<Evidence> {
  const session = string(stall.attributes, 'session.id');
  const stream = string(stall.attributes, 'stream.id');
  const [from, to] = [stall.startedAt, endOf(stall)];
  const isRtc = string(stall.attributes, 'protocol') === 'webrtc';
  const window = (before: number, after: number, offsetMs = 0) => ({
    from: Math.floor(from - before + offsetMs),
    to: Math.ceil(to + after + offsetMs),
    limit: 1000,
  });
  const own = session === undefined ? [] : await spans({ session, ...window(beforeMs, afterMs) });
  // The window of a server is by its own clock.
  const offsetMs = offsetOf([undefined, ...own])?.ms;
  const servers = isRtc
    ? await spans({ stream, name: 'webrtc.connection', ...window(connectionMs, connectionAfterMs, offsetMs) })
    : await spans({ stream, name: 'livestream.segment.publish', ...window(beforeMs, afterMs, offsetMs) });
  const around = [...own, ...servers];
  const found = new Map<string, Trace>();

  /** Follows what the evidence names, until nothing new is named: a fetch, its origin, what that was published by. */
  async function follow(traceIds: readonly string[]) {
    const wanted = [...new Set(traceIds)].filter((id) => !found.has(id)).slice(0, Math.max(0, mostTraces - found.size));
    const traces = await Promise.all(wanted.map((id) => trace(id).catch(() => gone(id))));
    for (const one of traces) found.set(one.traceId, one);
  }

  const evidence = () => evidenceOf(stall, [stall, ...around, ...[...found.values()].flatMap((one) => one.spans)]);
  await follow(stall.links.map(({ traceId }) => traceId));
  const first = evidence();
  const fetches = [...first.attempts, ...(first.fetch ? [first.fetch] : []), ...first.playlists.slice(-8)];
  await follow([...fetches, ...(first.publish ? [first.publish] : [])].flatMap(namesOf));
  const second = evidence();
  await follow([second.fetch, second.origin, second.publish].flatMap((span) => (span ? namesOf(span) : [])));
  return evidence();
}

function namesOf({ traceId, links }: Span): string[] {
  return [traceId, ...links.map((link) => link.traceId)];
}

// The collector keeps recent traces only.
const gone = (traceId: string): Trace => ({ traceId, spans: [], linked: [] });
