import type { Attributes, Link, SpanContext } from '@opentelemetry/api';
import type { Outcome } from '../core/events.ts';
import { serverClock } from './server-clock.ts';

/**
 * How a fetch and the origin's side of it belong together: `own`, the origin answered this very request; `replayed`, a cache gave
 * an answer to an earlier one; `collapsed`, a cache asked once for several viewers and the origin knows another one's context;
 * `none`, the origin said nothing.
 */
export type JoinGrade = 'own' | 'replayed' | 'collapsed' | 'none';

export type Join = { readonly links: readonly Link[]; readonly attributes: Attributes };

/**
 * A fetch that has ended: when it was sent, by our monotonic clock, and how far the wall's is ahead of that as its span has it
 * (ms), its span, and whether the request carried its context.
 */
export type Fetched = {
  readonly url: string;
  readonly sentAt: number;
  readonly aheadMs: number;
  readonly outcome: Outcome;
  readonly own: SpanContext;
  readonly carried: boolean;
};

const mostSeen = 512;
const mostClocks = 8;

/** Joins fetches with what their origins say of them; remembers which answers it has had, and what time it is over there. */
export function joins(): (fetched: Fetched) => Join {
  const seen = new Set<string>();
  const clocks = new Map<string, ReturnType<typeof serverClock>>();

  function clockOf(url: string) {
    const { origin } = new URL(url);
    const clock = clocks.get(origin) ?? serverClock();
    if (clocks.size < mostClocks) clocks.set(origin, clock);
    return clock;
  }

  function isReplay(span: SpanContext): boolean {
    const had = seen.has(span.spanId);
    seen.add(span.spanId);
    if (seen.size > mostSeen) for (const oldest of seen) if (seen.delete(oldest)) break;
    return had;
  }

  return ({ url, sentAt, aheadMs, outcome, own, carried }) => {
    const { served = {}, cache, ttfbMs = outcome.durationMs, finalUrl = url } = outcome;
    const origin = contextOf(served.traceparent);
    const publish = contextOf(served.publish);
    const clock = clockOf(finalUrl);
    const isFresh = served.atMs === undefined ? cache !== 'hit' : clock.answered(served.atMs, sentAt, sentAt + ttfbMs);
    const ours = origin?.traceId === own.traceId;
    const grade = origin
      ? gradeOf(isReplay(origin) || cache === 'local' || !(ours || isFresh), ours || !carried)
      : 'none';
    const contexts = [...(origin && !ours ? [origin] : []), ...(publish ? [publish] : [])];
    const offset = clock.offset();
    return {
      links: contexts.map((context) => ({ context })),
      attributes: {
        'join.grade': grade,
        'clock.offset_ms': offset && offset.offsetMs - aheadMs,
        'clock.offset_error_ms': offset?.errorMs,
      },
    };
  };
}

function gradeOf(isOld: boolean, isOurs: boolean): JoinGrade {
  if (isOld) return 'replayed';
  return isOurs ? 'own' : 'collapsed';
}

/** The context in a `traceparent`; undefined where it is none. */
function contextOf(header: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(header ?? '') ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags as string, 16), isRemote: true };
}
