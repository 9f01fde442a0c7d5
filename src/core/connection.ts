import { tell } from './accounts.ts';
import type { ConnectionLife } from './connection-life.ts';
import { bornConnection, livedConnection } from './connection-life.ts';
import type { RtpInterval } from './rtp.ts';
import type { Session } from './session.ts';
import type { Streams } from './streams.ts';
import { addIntervals } from './streams.ts';

/** The states of a peer connection, in the words of WebRTC. */
export const connectionStates = ['new', 'connecting', 'connected', 'disconnected', 'failed', 'closed'] as const;
export type ConnectionState = (typeof connectionStates)[number];

/** The way that the packets take: the selected candidate pair, types as in webrtc-stats. */
export type Pair = {
  readonly id: string;
  readonly localType?: string | undefined;
  readonly remoteType?: string | undefined;
  readonly protocol?: string | undefined;
};

/** What a sample tells of a peer connection. What is absent is as it was. */
export type ConnectionSample = {
  readonly state: ConnectionState;
  /** ICE has a way; what follows until the connection is there is DTLS. */
  readonly iceConnected?: boolean | undefined;
  /** The user name fragment of our side: another one is a restart of ICE (RFC 8445, 9). */
  readonly iceUfrag?: string | undefined;
  readonly pair?: Pair | undefined;
  /** Round trip time of the interval; absent where no answer came in it. */
  readonly rttSec?: number | undefined;
  readonly streams?: readonly RtpInterval[] | undefined;
};

/** One peer connection, from when it is watched to its end. One that was not seen whole counts as connected from the first look on. */
export type Connection = ConnectionLife<ConnectionState> & {
  readonly begunAt: number;
  /** Whether it was seen before it was connected: else nobody knows how long that took. */
  readonly whole: boolean;
  /** Milliseconds in the states before this one. */
  readonly times: Readonly<Record<ConnectionState, number>>;
  readonly iceConnectedAt?: number | undefined;
  readonly iceRestarts: number;
  readonly pairChanges: number;
  readonly iceUfrag?: string | undefined;
  readonly pair?: Pair | undefined;
  readonly rttSec?: number | undefined;
  readonly streams: Streams;
  readonly over: boolean;
};

export type ConnectionEnd = 'closed' | 'failed' | 'detach' | 'leave';

export type ConnectionFact =
  /** It is connected for the first time, or (with an error) never was until now. */
  | { readonly kind: 'connect'; readonly at: number; readonly connection: Connection; readonly errorType?: string }
  | {
      readonly kind: 'connection';
      readonly at: number;
      readonly connection: Connection;
      readonly endedBy: ConnectionEnd;
    };

/** Brings in how the connection stands. */
export function connection(s: Session, toldAt: number, told: ConnectionSample): Session {
  const before = s.connection ?? begin(toldAt, told.state);
  const at = Math.max(toldAt, before.since);
  if (before.over) return s;
  const { state, pair = before.pair, rttSec = before.rttSec, iceUfrag = before.iceUfrag } = told;
  const entered = state !== before.state;
  const now: Connection = {
    ...before,
    ...livedConnection(before, state, at),
    ...(entered && { times: timesUntil(before, at) }),
    ...{ pair, rttSec, iceUfrag },
    iceConnectedAt: before.iceConnectedAt ?? (told.iceConnected ? at : undefined),
    iceRestarts: before.iceRestarts + (isOther(before.iceUfrag, iceUfrag) ? 1 : 0),
    pairChanges: before.pairChanges + (isOther(before.pair?.id, pair?.id) ? 1 : 0),
    streams: addIntervals(before.streams, told.streams ?? []),
  };
  const next = { ...s, connection: now };
  if (state === 'closed') return endConnection(next, at, 'closed');
  if (before.connectedAt !== undefined || !now.whole) return next;
  if (state === 'connected') return tell(next, { kind: 'connect', at, connection: now });
  const errorType = 'connection_failed';
  return entered && state === 'failed' ? tell(next, { kind: 'connect', at, connection: now, errorType }) : next;
}

/** It is over, told once: closed, or let go of. One that failed and did not recover has ended when it failed. */
export function endConnection(s: Session, toldAt: number, endedBy: ConnectionEnd): Session {
  if (!s.connection || s.connection.over) return s;
  const over = { ...s.connection, over: true };
  const at = Math.max(toldAt, over.since);
  const { connectedAt, failedAt } = over;
  const never = connectedAt === undefined && failedAt === undefined;
  const ended = { ...s, connection: over };
  const told = never ? tell(ended, { kind: 'connect', at, connection: over, errorType: 'never_connected' }) : ended;
  const end = failedAt === undefined ? { at, endedBy } : { at: failedAt, endedBy: 'failed' as const };
  return tell(told, { kind: 'connection', connection: over, ...end });
}

/** Milliseconds in each state until now. */
export function timesUntil({ state, since, times }: Connection, at: number): Connection['times'] {
  return { ...times, [state]: times[state] + Math.max(0, at - since) };
}

/** From the first look to connected, ms; undefined before, and where it was connected already. */
export function setupMsOf({ whole, begunAt, connectedAt }: Connection): number | undefined {
  return whole && connectedAt !== undefined ? connectedAt - begunAt : undefined;
}

function begin(at: number, state: ConnectionState): Connection {
  const whole = state === 'new' || state === 'connecting';
  return {
    ...bornConnection(at, state),
    begunAt: at,
    whole,
    times: { new: 0, connecting: 0, connected: 0, disconnected: 0, failed: 0, closed: 0 },
    connectedAt: whole ? undefined : at,
    iceRestarts: 0,
    pairChanges: 0,
    streams: {},
    over: state === 'closed',
  };
}

/** A first one is no change. */
function isOther(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && now !== before;
}
