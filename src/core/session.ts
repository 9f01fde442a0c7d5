import { advance, enter, progress } from './accounts.ts';
import type { OpenStall, StallCause, Suspect } from './cause.ts';
import { causeOf } from './cause.ts';
import type { Outcome, PlaybackEvent, Rendition, Request, Sample } from './events.ts';

/** The state of a viewing, in the words of CMCD (CTA-5004-A `sta`). `starting` also holds the wait after a pause. */
export const states = [
  'preloading',
  'starting',
  'playing',
  'seeking',
  'rebuffering',
  'paused',
  'ended',
  'failed',
  'quit',
] as const;
export type State = (typeof states)[number];

/** Counts since the viewing began; none of them ever falls. */
export type Totals = {
  readonly plays: number;
  readonly exitsBeforeStart: number;
  readonly stalls: number;
  readonly stallMs: number;
  readonly seeks: number;
  readonly switchesUp: number;
  readonly switchesDown: number;
  readonly errors: number;
  readonly fatalErrors: number;
  readonly requests: number;
  readonly requestsFailed: number;
  readonly requestsAborted: number;
  readonly bytes: number;
  readonly mediaSec: number;
  readonly mediaBits: number;
  readonly framesRendered: number;
  readonly framesDropped: number;
};

/** One viewing of one content: a plain value that only `reduce` makes. */
export type Session = {
  /** Counts the viewings of one attached player, from 1. */
  readonly view: number;
  readonly source: string;
  readonly startedAt: number;
  /** Up to here the time is billed. */
  readonly at: number;
  readonly state: State;
  readonly since: number;
  /** Milliseconds in each state; with `asleep` (the machine or the tab was) they add up to the time elapsed. */
  readonly times: Readonly<Record<State | 'asleep', number>>;
  readonly totals: Totals;
  readonly startup: Startup;
  readonly stall?: OpenStall | undefined;
  readonly seek?: { readonly from: number; readonly to: number } | undefined;
  readonly hidden: boolean;
  readonly rate: number;
  readonly position: number;
  readonly positionAt: number;
  readonly bufferAheadSec: number;
  readonly liveLatencySec?: number | undefined;
  readonly rendition?: Rendition | undefined;
  readonly frames?: Sample['frames'];
  /** The newest published segment, and when it was first seen. */
  readonly edge?: Edge | undefined;
  /** Requests in flight, the oldest first, and failures that no later success has healed. */
  readonly inFlight: readonly Suspect[];
  readonly failures: readonly Suspect[];
  readonly lastFetch?: { readonly request: Request; readonly outcome: Outcome } | undefined;
  readonly error?: string | undefined;
  /** The viewing is over and its last fact is told. */
  readonly over: boolean;
  /** What the last event settled. */
  readonly facts: readonly Fact[];
};

export type Edge = {
  readonly sequence: number;
  readonly targetSec: number;
  readonly endSec?: number | undefined;
  readonly advancedAt: number;
};

export type Startup = {
  /** `unseen`: attached when it was playing already, so there is no figure. */
  readonly result: 'none' | 'pending' | 'started' | 'failed' | 'left' | 'unseen';
  readonly askedAt?: number;
  /** The wait alone, pauses left out; absent unless started. */
  readonly durationMs?: number;
  readonly hidden: boolean;
  readonly counted: boolean;
};

/** Why an interval ended. */
export type EndedBy = 'playing' | 'pause' | 'seek' | 'ended' | 'error' | 'quit' | 'load' | 'sleep';

export type Fact =
  | { readonly kind: 'startup'; readonly startup: Startup; readonly to: number; readonly errorType?: string }
  | {
      readonly kind: 'stall';
      readonly from: number;
      readonly to: number;
      readonly cause: StallCause;
      readonly position: number;
      readonly bufferAheadSec: number;
      readonly endedBy: EndedBy;
      /** Requests that were in flight when it began or failed during it. */
      readonly requests: readonly number[];
    }
  | {
      readonly kind: 'seek';
      readonly from: number;
      readonly to: number;
      readonly target: number;
      readonly endedBy: EndedBy;
    }
  | { readonly kind: 'switch'; readonly at: number; readonly from: Rendition; readonly to: Rendition }
  | { readonly kind: 'fetch'; readonly at: number; readonly request: Request; readonly outcome: Outcome }
  | {
      readonly kind: 'error';
      readonly at: number;
      readonly errorType: string;
      readonly fatal: boolean;
      readonly message: string;
    }
  | { readonly kind: 'over'; readonly at: number; readonly endedBy: EndedBy; readonly last: Session };

// Too short for an eye, and too short to tell from the noise of a busy page.
const shortestStallMs = 100;
const mostSuspects = 32;

export function freshSession(at: number, view = 1, source = ''): Session {
  return {
    view,
    source,
    startedAt: at,
    at,
    state: 'preloading',
    since: at,
    times: {
      preloading: 0,
      starting: 0,
      playing: 0,
      seeking: 0,
      rebuffering: 0,
      paused: 0,
      ended: 0,
      failed: 0,
      quit: 0,
      asleep: 0,
    },
    totals: {
      plays: 0,
      exitsBeforeStart: 0,
      stalls: 0,
      stallMs: 0,
      seeks: 0,
      switchesUp: 0,
      switchesDown: 0,
      errors: 0,
      fatalErrors: 0,
      requests: 0,
      requestsFailed: 0,
      requestsAborted: 0,
      bytes: 0,
      mediaSec: 0,
      mediaBits: 0,
      framesRendered: 0,
      framesDropped: 0,
    },
    startup: { result: 'none', hidden: false, counted: false },
    hidden: false,
    rate: 1,
    position: 0,
    positionAt: at,
    bufferAheadSec: 0,
    inFlight: [],
    failures: [],
    over: false,
    facts: [],
  };
}

/** The next session. Total: any event is legal in any state; what makes no sense there changes nothing but the clock. */
export function reduce(session: Session, event: PlaybackEvent): Session {
  const s = pass(session, event.at);
  switch (event.type) {
    case 'load':
      return load(s, event.source, event.at);
    case 'play':
      return play(s, event.at, event.armed ?? false);
    case 'playing':
      return moves(progress(s, event.position, event.at), event.at);
    case 'waiting':
      return s.state === 'playing'
        ? openStall(progress(s, event.position, event.at), event.at, event.bufferAheadSec)
        : s;
    case 'pause':
      return pause(s, event.at);
    case 'seek':
      return seek(s, event.at, event.to);
    case 'ended':
      return s.over ? s : finish(s, 'ended', event.at, 'ended');
    case 'quality':
      return quality(s, event.at, event.rendition);
    case 'request':
      return request(s, event.at, event.request, event.outcome);
    case 'error':
      return fail(s, event);
    case 'sample':
      return sample(s, event.at, event);
    case 'quit':
      return s.over ? { ...enter(s, 'quit', event.at), inFlight: [] } : finish(s, 'quit', event.at, 'quit');
  }
}

/** Only time goes by. */
export function pass(session: Session, at: number): Session {
  return wake(advance({ ...session, facts: [] }, at), session);
}

function load(s: Session, source: string, at: number): Session {
  if (!s.over && (s.source === source || s.source === '')) return { ...s, source };
  return next(s, at, source, 'load');
}

/** The present viewing ends (if it has not yet) and another begins. */
function next(s: Session, at: number, source: string, endedBy: EndedBy): Session {
  const { facts } = s.over ? s : finish(s, 'quit', at, endedBy);
  return { ...freshSession(Math.max(at, s.at), s.view + 1, source), hidden: s.hidden, rate: s.rate, facts };
}

function play(s: Session, at: number, armed: boolean): Session {
  if (s.state === 'quit') return s;
  // Playing again after the end or a failure is a new attempt, so a new viewing; what is on screen stays.
  if (s.over) return play({ ...next(s, at, s.source, 'load'), rendition: s.rendition }, at, armed);
  const waits = s.state === 'preloading' || s.state === 'paused';
  const asked = s.startup.result === 'none' ? ask(s, at) : s;
  const counted = armed || s.startup.result === 'unseen' ? asked : countPlay(asked);
  return waits ? enter(counted, 'starting', at) : counted;
}

function ask(s: Session, at: number): Session {
  return { ...s, startup: { ...s.startup, result: 'pending', askedAt: at, hidden: s.hidden } };
}

function countPlay(s: Session): Session {
  if (s.startup.counted) return s;
  return add({ ...s, startup: { ...s.startup, counted: true } }, { plays: 1 });
}

function moves(s: Session, at: number): Session {
  switch (s.state) {
    case 'preloading':
    case 'failed': {
      const result = s.startup.result === 'none' ? 'unseen' : s.startup.result;
      return { ...enter(s, 'playing', at), startup: { ...s.startup, result }, over: false };
    }
    case 'starting':
      return settleStartup(enter(s, 'playing', at), 'started', at);
    case 'rebuffering':
      return closeStall(enter(s, 'playing', at), at, 'playing');
    case 'seeking':
      return closeSeek(enter(s, 'playing', at), at, 'playing');
    default:
      return s;
  }
}

function openStall(s: Session, at: number, bufferAheadSec: number): Session {
  const from = Math.max(at, s.since);
  const suspects = [...s.inFlight, ...s.failures];
  const publishedAheadSec = s.edge?.endSec === undefined ? undefined : s.edge.endSec - s.position;
  return {
    ...enter(s, 'rebuffering', from),
    bufferAheadSec,
    stall: { from, position: s.position, bufferAheadSec, publishedAheadSec, suspects, staleMs: 0 },
  };
}

function closeStall(s: Session, at: number, endedBy: EndedBy): Session {
  const { stall } = s;
  if (!stall) return s;
  const durationMs = Math.max(0, at - stall.from);
  const rest = { ...s, stall: undefined };
  if (durationMs < shortestStallMs) {
    const times = { ...s.times, rebuffering: s.times.rebuffering - durationMs, playing: s.times.playing + durationMs };
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

function pause(s: Session, at: number): Session {
  switch (s.state) {
    case 'seeking':
      return closeSeek(enter(s, 'paused', at), at, 'pause');
    case 'rebuffering':
      return closeStall(enter(s, 'paused', at), at, 'pause');
    case 'playing':
    case 'starting':
      // An autoplay that the browser refused was never an attempt, and its time no wait.
      if (s.startup.result === 'pending' && !s.startup.counted) {
        return { ...enter(s, 'preloading', s.since), startup: { result: 'none', hidden: false, counted: false } };
      }
      return enter(s, 'paused', at);
    default:
      return s;
  }
}

function seek(s: Session, at: number, to: number): Session {
  const target = Number.isFinite(to) ? to : s.position;
  const placed = { ...s, position: target, positionAt: at };
  if (s.state === 'seeking') return { ...placed, seek: { from: s.seek?.from ?? at, to: target } };
  // Before the first frame a jump is part of starting: no seek and no stall.
  if (s.over || s.startup.result === 'none' || s.startup.result === 'pending') return placed;
  const settled = closeStall(placed, at, 'seek');
  return { ...enter(settled, 'seeking', at), seek: { from: at, to: target } };
}

function closeSeek(s: Session, at: number, endedBy: EndedBy): Session {
  if (!s.seek) return s;
  const { from, to } = s.seek;
  const fact = { kind: 'seek', from, to: Math.max(from, at), target: to, endedBy } as const;
  return tell(add({ ...s, seek: undefined }, { seeks: 1 }), fact);
}

function settleStartup(s: Session, result: 'started' | 'failed' | 'left', to: number, errorType?: string): Session {
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

/** Closes what is open, in the order in which it was opened inside out, and tells the totals. */
function finish(s: Session, state: State, at: number, endedBy: EndedBy): Session {
  const entered = enter(s, state, at);
  const closed = closeSeek(closeStall(entered, at, endedBy), at, endedBy);
  const left = closed.startup.result === 'pending' && endedBy !== 'error';
  const settled = left ? add(settleStartup(closed, 'left', at), { exitsBeforeStart: 1 }) : closed;
  const over = { ...settled, over: true, inFlight: [] };
  return tell(over, { kind: 'over', at, endedBy, last: { ...over, facts: [] } });
}

function quality(s: Session, at: number, rendition: Rendition): Session {
  const { rendition: from } = s;
  const next = { ...s, rendition };
  const shown = s.state !== 'preloading' && s.startup.result !== 'pending';
  if (!from || !shown || from.bitrate === rendition.bitrate) return next;
  const up = rendition.bitrate > from.bitrate;
  return tell(add(next, up ? { switchesUp: 1 } : { switchesDown: 1 }), { kind: 'switch', at, from, to: rendition });
}

function request(s: Session, at: number, sent: Request, outcome: Outcome | undefined): Session {
  const { id, objectType } = sent;
  if (!outcome) {
    if (sent.blocking) return s;
    return { ...s, inFlight: [...s.inFlight, { id, objectType, sentAt: at, failed: false }].slice(-mostSuspects) };
  }
  const failed = outcome.result === 'failed';
  const suspect = { id, objectType, sentAt: at - outcome.durationMs, failed };
  const healed =
    outcome.result === 'ok' ? s.failures.filter((failure) => failure.objectType !== objectType) : s.failures;
  const counted = add(
    {
      ...s,
      inFlight: s.inFlight.filter((other) => other.id !== id),
      failures: failed ? [...healed, suspect].slice(-mostSuspects) : healed,
      lastFetch: { request: sent, outcome },
      stall:
        s.stall && failed ? { ...s.stall, suspects: [...s.stall.suspects, suspect].slice(-mostSuspects) } : s.stall,
    },
    {
      requests: 1,
      bytes: outcome.bytes,
      requestsAborted: outcome.result === 'aborted' ? 1 : 0,
      requestsFailed: failed ? 1 : 0,
      errors: failed ? 1 : 0,
    },
  );
  return tell(counted, { kind: 'fetch', at, request: sent, outcome });
}

function fail(s: Session, { at, errorType, fatal, message }: PlaybackEvent & { type: 'error' }): Session {
  if (fatal && s.over) return s;
  const told = tell(add(s, { errors: 1, fatalErrors: fatal ? 1 : 0 }), {
    kind: 'error',
    at,
    errorType,
    fatal,
    message,
  });
  if (!fatal) return told;
  return finish(settleStartup({ ...told, error: errorType }, 'failed', at, errorType), 'failed', at, 'error');
}

function sample(s: Session, at: number, now: Sample): Session {
  const { frames = s.frames, hidden = s.hidden, rate = s.rate } = now;
  const before = s.frames;
  // Browsers restart the counters with a new source, and drop frames on purpose while hidden.
  const comparable = frames && before && !hidden && !s.hidden && frames.total >= before.total;
  const dropped = comparable ? Math.max(0, frames.dropped - before.dropped) : 0;
  const rendered = comparable ? Math.max(0, frames.total - before.total - dropped) : 0;
  const next = add(progress(s, now.position, at), { framesRendered: rendered, framesDropped: dropped });
  return {
    ...newerEdge(next, at, now.edge),
    frames,
    hidden,
    rate,
    bufferAheadSec: now.bufferAheadSec,
    liveLatencySec: now.liveLatencySec ?? s.liveLatencySec,
    startup: hidden && s.startup.result === 'pending' ? { ...s.startup, hidden } : s.startup,
  };
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

/** After a sleep nothing that was open can be measured: it ended when the machine was last awake. */
function wake(s: Session, before: Session): Session {
  if (s.times.asleep === before.times.asleep) return s;
  const closed = closeSeek(closeStall(s, before.at, 'sleep'), before.at, 'sleep');
  return s.stall || s.seek ? { ...closed, state: 'starting', since: s.at } : closed;
}

function add(s: Session, more: Partial<Totals>): Session {
  const totals: Record<string, number> = { ...s.totals };
  for (const [name, value] of Object.entries(more)) totals[name] = (totals[name] ?? 0) + value;
  return { ...s, totals: totals as Totals };
}

function tell(s: Session, fact: Fact): Session {
  return { ...s, facts: [...s.facts, fact] };
}
