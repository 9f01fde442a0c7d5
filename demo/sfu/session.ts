import { randomUUID } from 'node:crypto';
import { unixMs } from '../clock.ts';

export type Kind = 'audio' | 'video';
export type Role = 'publisher' | 'viewer';

/** Why a session ended. */
export type Ending = 'delete' | 'replaced' | 'failed' | 'timeout' | 'kill' | 'shutdown';

/** What was really done for one kind of media, counted where the datagrams leave and arrive. */
export type Tally = {
  /** Media packets handed to the leg before any fault, retransmissions not among them. */
  packets: number;
  /** Of them, kept back by faults. */
  dropped: number;
  /** Retransmissions handed to the leg before any fault. */
  rtx: number;
  rtxDropped: number;
  /** RTCP packets: received from a viewer, sent to a publisher. */
  nacks: number;
  plis: number;
};

/** One WHIP or WHEP session, as `GET /sessions` tells it. Instants are Unix ms with fractions; null: not (yet). */
export type Session = {
  readonly id: string;
  readonly stream: string;
  readonly role: Role;
  /** As the query of the POST names it (`?peer=`), else the session's id. */
  readonly peerId: string;
  /** The connection's state; `closed` once the session has ended. */
  state: string;
  readonly createdAt: number;
  connectedAt: number | null;
  endedAt: number | null;
  endedBy: Ending | null;
  readonly kinds: Readonly<Record<Kind, Tally>>;
};

const none = (): Tally => ({ packets: 0, dropped: 0, rtx: 0, rtxDropped: 0, nacks: 0, plis: 0 });

export function createSession(role: Role, stream: string, peerId?: string): Session {
  const id = randomUUID();
  const pending = { state: 'new', createdAt: unixMs(), connectedAt: null, endedAt: null, endedBy: null };
  return { id, stream, role, peerId: peerId ?? id, ...pending, kinds: { audio: none(), video: none() } };
}

/** The path that a rule's `match` is held against. */
export function pathOf({ role, stream, id }: Session): string {
  return `/${role === 'viewer' ? 'whep' : 'whip'}/${stream}/${id}`;
}
