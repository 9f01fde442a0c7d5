import type { StallCause } from './cause.ts';
import { causeOf } from './cause.ts';
import type { Connection } from './connection.ts';
import { setupMsOf, timesUntil } from './connection.ts';
import type { ObjectType, Outcome, Rendition } from './events.ts';
import { pass } from './reduce.ts';
import type { Session, Startup, State } from './session.ts';
import type { StreamTotals } from './streams.ts';

/** The figures of the present viewing. Durations are seconds, bitrates bit/s, ratios 0 to 1; null is unknown, never 0. */
export type Figures = {
  readonly state: State;
  readonly hidden: boolean;
  readonly elapsedSec: number;
  readonly times: Readonly<Record<'starting' | 'playing' | 'seeking' | 'stalled' | 'paused' | 'asleep', number>>;
  readonly startup: { readonly result: Startup['result']; readonly durationSec: number | null };
  readonly stalls: {
    readonly count: number;
    readonly durationSec: number;
    /** Stalled over watched time (CTA-2066): starting, playing, seeking and stalled. */
    readonly ratio: number | null;
    readonly current: { readonly durationSec: number; readonly cause: StallCause } | null;
  };
  readonly plays: number;
  readonly exitsBeforeStart: number;
  readonly seeks: number;
  readonly switches: { readonly up: number; readonly down: number };
  readonly errors: { readonly count: number; readonly fatal: string | null };
  readonly media: { readonly playedSec: number; readonly averageBitrate: number | null };
  readonly frames: { readonly rendered: number; readonly dropped: number };
  readonly rendition: Rendition | null;
  readonly positionSec: number;
  readonly bufferSec: number;
  readonly liveLatencySec: number | null;
  readonly requests: {
    readonly count: number;
    readonly failed: number;
    readonly aborted: number;
    readonly bytes: number;
    readonly last: LastRequest | null;
  };
  /** The peer connection, where the player is one. */
  readonly webrtc: WebrtcFigures | null;
};

/** `times` are seconds in each state; `setupSec` is null until it is connected, and where that was not seen. */
export type WebrtcFigures = Pick<Connection, 'state' | 'disconnects' | 'iceRestarts' | 'pairChanges'> & {
  readonly setupSec: number | null;
  readonly connectedSec: number | null;
  readonly times: Connection['times'];
  readonly pair: Connection['pair'] | null;
  readonly rttSec: number | null;
  readonly streams: readonly StreamTotals[];
};

export type LastRequest = {
  readonly objectType: ObjectType;
  readonly sequence: number | null;
  readonly result: Outcome['result'];
  readonly status: number | null;
  readonly durationSec: number;
  readonly ttfbSec: number | null;
  readonly bytes: number;
};

export function figuresOf(session: Session, at: number): Figures {
  const s = pass(session, at);
  const { totals, stall } = s;
  const sec = (ms: number) => ms / 1000;
  const watchedMs = watched(s);
  const openMs = stall ? Math.max(0, s.at - stall.from) : 0;
  return {
    state: s.state,
    hidden: s.hidden,
    elapsedSec: sec(s.at - s.startedAt),
    times: {
      starting: sec(s.times.starting),
      playing: sec(s.times.playing),
      seeking: sec(s.times.seeking),
      stalled: sec(s.times.rebuffering),
      paused: sec(s.times.paused),
      asleep: sec(s.times.asleep),
    },
    startup: {
      result: s.startup.result,
      durationSec: s.startup.durationMs === undefined ? null : sec(s.startup.durationMs),
    },
    stalls: {
      count: totals.stalls,
      durationSec: sec(totals.stallMs + openMs),
      ratio: watchedMs > 0 ? s.times.rebuffering / watchedMs : null,
      current: stall ? { durationSec: sec(openMs), cause: causeOf(s, stall, s.at) } : null,
    },
    plays: totals.plays,
    exitsBeforeStart: totals.exitsBeforeStart,
    seeks: totals.seeks,
    switches: { up: totals.switchesUp, down: totals.switchesDown },
    errors: { count: totals.errors, fatal: s.error ?? null },
    media: { playedSec: totals.mediaSec, averageBitrate: averageBitrate(s) },
    frames: { rendered: totals.framesRendered, dropped: totals.framesDropped },
    rendition: s.rendition ?? null,
    positionSec: s.position,
    bufferSec: s.bufferAheadSec,
    liveLatencySec: s.liveLatencySec ?? null,
    requests: {
      count: totals.requests,
      failed: totals.requestsFailed,
      aborted: totals.requestsAborted,
      bytes: totals.bytes,
      last: lastRequest(s),
    },
    webrtc: s.connection ? webrtc(s.connection, s.at) : null,
  };
}

function webrtc(connection: Connection, at: number): WebrtcFigures {
  const { state, disconnects, iceRestarts, pairChanges, streams, pair = null, rttSec = null } = connection;
  const sec = (ms: number) => ms / 1000;
  const until = connection.over ? connection.since : at;
  const setupMs = setupMsOf(connection);
  const times = Object.entries(timesUntil(connection, until)).map(([name, ms]) => [name, sec(ms)]);
  return {
    ...{ state, disconnects, iceRestarts, pairChanges, pair, rttSec },
    setupSec: setupMs === undefined ? null : sec(setupMs),
    connectedSec: connection.connectedAt === undefined ? null : sec(until - connection.connectedAt),
    times: Object.fromEntries(times),
    streams: Object.values(streams),
  };
}

/** Watched time in ms (CTA-2066): everything the viewer waited for or saw; pauses are not. */
export function watched({ times }: Session): number {
  return times.starting + times.playing + times.seeking + times.rebuffering;
}

/** Declared bits over media seconds (CTA-2066); null before anything was rendered or where no bitrate is declared. */
export function averageBitrate({ totals }: Session): number | null {
  return totals.mediaSec > 0 && totals.mediaBits > 0 ? totals.mediaBits / totals.mediaSec : null;
}

function lastRequest({ lastFetch }: Session): LastRequest | null {
  if (!lastFetch) return null;
  const { request, outcome } = lastFetch;
  return {
    objectType: request.objectType,
    sequence: request.sequence ?? null,
    result: outcome.result,
    status: outcome.status ?? null,
    durationSec: outcome.durationMs / 1000,
    ttfbSec: outcome.ttfbMs === undefined ? null : outcome.ttfbMs / 1000,
    bytes: outcome.bytes,
  };
}
