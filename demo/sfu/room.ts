import type { RTCPeerConnection } from 'werift';
import { createFaults } from './faults.ts';
import type { Peer } from './peer.ts';
import type { Role, Session } from './session.ts';
import { createSession } from './session.ts';
import { createStreams } from './streams.ts';
import type { SfuTelemetry } from './telemetry.ts';

const mostOpen = 100;
const mostTold = 200;

export type Room = ReturnType<typeof createRoom>;

/** What a WHIP or WHEP request asks for. */
export type JoinRequest = {
  readonly role: Role;
  readonly stream: string;
  readonly offer: string;
  readonly peerId?: string | undefined;
  readonly traceparent?: string | undefined;
};

/** All sessions of one SFU, those that have ended too, and the faults that meet them. */
export function createRoom(telemetry?: SfuTelemetry) {
  const open = new Map<string, Peer>();
  const told: Session[] = [];
  const faults = createFaults((rule) => {
    for (const { gate } of open.values()) gate.refresh();
    if (rule.effect === 'kill' && rule.endedAt === null) {
      for (const peer of open.values()) if (faults.meets(rule, peer.session)) void peer.end('kill');
    }
  });
  const streams = createStreams(faults);

  /** Answers an offer for a stream. Throws what werift makes of one that it cannot answer. */
  async function join({ role, stream, offer, peerId, traceparent }: JoinRequest) {
    const session = createSession(role, stream, peerId);
    const watch = telemetry && ((connection: RTCPeerConnection) => telemetry.watch(connection, session, traceparent));
    const joining = { session, offer, watch };
    const { peer, answer } = await (role === 'publisher' ? streams.publish(joining) : streams.view(joining));
    remember(session);
    open.set(session.id, peer);
    peer.ended.addEventListener('abort', () => open.delete(session.id), { once: true });
    return { session, answer };
  }

  function remember(session: Session): void {
    told.push(session);
    const oldest = told.length > mostTold ? told.find(({ endedAt }) => endedAt !== null) : undefined;
    if (!oldest) return;
    told.splice(told.indexOf(oldest), 1);
    faults.forget(oldest);
  }

  async function close(): Promise<void> {
    faults.remove();
    await Promise.all([...open.values()].map((peer) => peer.end('shutdown')));
    await telemetry?.shutdown();
  }

  return {
    faults,
    join,
    close,
    isFull: () => open.size >= mostOpen,
    isPublished: streams.isPublished,
    peer: (id: string) => open.get(id),
    sessions: (): readonly Session[] => told,
  };
}
