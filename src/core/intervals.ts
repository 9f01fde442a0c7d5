import { add, enter, tell } from './accounts.ts';
import { causeOf } from './cause.ts';
import type { EndedBy, Session } from './session.ts';

/** What is shorter is no stall: too short for an eye, and to tell from the noise of a busy page. */
export const shortestStallMs = 100;

export function openStall(s: Session, at: number, bufferAheadSec: number): Session {
  const from = Math.max(at, s.since);
  const awaited = s.answered.filter(({ sentAt, endedAt }) => sentAt <= from && endedAt > from);
  const suspects = [...s.inFlight, ...s.failures, ...awaited.map(({ endedAt, ...suspect }) => suspect)];
  const publishedAheadSec = s.edge?.endSec === undefined ? undefined : s.edge.endSec - s.position;
  return {
    ...enter(s, 'rebuffering', from),
    bufferAheadSec,
    stall: { from, position: s.position, bufferAheadSec, publishedAheadSec, suspects, staleMs: 0 },
  };
}

export function closeStall(s: Session, at: number, endedBy: EndedBy): Session {
  const { stall } = s;
  if (!stall) return s;
  const durationMs = Math.max(0, at - stall.from);
  const rest = { ...s, stall: undefined };
  if (durationMs < shortestStallMs) {
    // Some of it may have been sleep.
    const billedMs = Math.min(durationMs, s.times.rebuffering);
    const times = { ...s.times, rebuffering: s.times.rebuffering - billedMs, playing: s.times.playing + billedMs };
    return { ...rest, times };
  }
  const { from, position, bufferAheadSec, suspects } = stall;
  const requests = [...new Set(suspects.map(({ id }) => id))];
  const fact = {
    kind: 'stall',
    from,
    to: at,
    cause: causeOf(s, stall, at),
    position,
    bufferAheadSec,
    endedBy,
    requests,
  } as const;
  return tell(add(rest, { stalls: 1, stallMs: durationMs }), fact);
}

export function closeSeek(s: Session, at: number, endedBy: EndedBy): Session {
  if (!s.seek) return s;
  const { from, to } = s.seek;
  const fact = { kind: 'seek', from, to: Math.max(from, at), target: to, endedBy } as const;
  return tell(add({ ...s, seek: undefined }, { seeks: 1 }), fact);
}

export function settleStartup(
  s: Session,
  result: 'started' | 'failed' | 'left',
  to: number,
  errorType?: string,
): Session {
  if (s.startup.result !== 'pending') return s;
  const startup = {
    ...s.startup,
    result,
    counted: true,
    ...(result === 'started' && { durationMs: s.times.starting }),
  };
  const fact = { kind: 'startup', startup, to, ...(errorType && { errorType }) } as const;
  return tell({ ...countPlay(s), startup }, fact);
}

export function countPlay(s: Session): Session {
  if (s.startup.counted) return s;
  return add({ ...s, startup: { ...s.startup, counted: true } }, { plays: 1 });
}
