import { add, progress } from './accounts.ts';
import { connection } from './connection.ts';
import type { Sample } from './events.ts';
import type { Session } from './session.ts';

/** Brings in how things stand. */
export function sample(s: Session, at: number, now: Sample): Session {
  const { frames = s.frames, hidden = s.hidden, rate = s.rate } = now;
  const before = s.frames;
  // Browsers restart the counters with a new source, and drop frames on purpose while hidden.
  const comparable = frames && before && !hidden && !s.hidden && frames.total >= before.total;
  const dropped = comparable ? Math.max(0, frames.dropped - before.dropped) : 0;
  const rendered = comparable ? Math.max(0, frames.total - before.total - dropped) : 0;
  const next = add(progress(s, now.position, at), { framesRendered: rendered, framesDropped: dropped });
  const told = {
    ...newerEdge(next, at, now.edge),
    frames,
    hidden,
    rate,
    bufferAheadSec: now.bufferAheadSec,
    liveLatencySec: now.liveLatencySec ?? s.liveLatencySec,
    startup: hidden && s.startup.result === 'pending' ? { ...s.startup, hidden } : s.startup,
  };
  return now.connection ? connection(told, at, now.connection) : told;
}

function newerEdge(s: Session, at: number, edge: Sample['edge']): Session {
  if (!edge || (s.edge && edge.sequence === s.edge.sequence)) return s;
  const staleMs = s.edge ? at - s.edge.advancedAt : 0;
  const stall = s.stall && { ...s.stall, staleMs: Math.max(s.stall.staleMs, staleMs) };
  return {
    ...s,
    stall,
    edge: { sequence: edge.sequence, targetSec: edge.targetDurationSec, endSec: edge.endSec, advancedAt: at },
  };
}
