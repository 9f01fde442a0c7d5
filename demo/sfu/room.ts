import { createFaults } from './faults.ts';
import type { Peer } from './peer.ts';
import type { Ending, Role, Session } from './session.ts';
import { createSession } from './session.ts';
import { createStreams } from './streams.ts';

const mostOpen = 100;
const mostTold = 200;

export type Room = ReturnType<typeof createRoom>;

/** All sessions of one SFU, those that have ended too, and the faults that meet them. */
export function createRoom() {
  const open = new Map<string, Peer>();
  const told: Session[] = [];
  const faults = createFaults((rule) => {
    for (const { gate } of open.values()) gate.refresh();
    if (rule.effect === 'kill' && rule.endedAt === null) {
      for (const peer of open.values()) if (faults.meets(rule, peer.session)) peer.end('kill');
    }
  });
  const streams = createStreams(faults);

  /** Answers an offer for a stream. Throws what werift makes of one that it cannot answer. */
  async function join(
    role: Role,
    stream: string,
    offer: string,
    peerId?: string,
  ): Promise<{ session: Session; answer: string }> {
    const session = createSession(role, stream, peerId);
    const joined = role === 'publisher' ? streams.publish(session, offer) : streams.view(session, offer);
    const { peer, answer } = await joined;
    remember(session);
    open.set(session.id, peer);
    peer.ended.addEventListener('abort', () => open.delete(session.id), { once: true });
    return { session, answer };
  }

  function remember(session: Session): void {
    told.push(session);
    while (told.length > mostTold) {
      const [oldest] = told.splice(
        Math.max(
          0,
          told.findIndex(({ endedAt }) => endedAt !== null),
        ),
        1,
      );
      if (oldest) faults.forget(oldest);
    }
  }

  async function close(): Promise<void> {
    faults.remove();
    const connections = [...open.values()].map(({ connection }) => connection);
    for (const peer of open.values()) peer.end('shutdown');
    await Promise.all(connections.map((connection) => connection.close()));
  }

  return {
    faults,
    join,
    close,
    isFull: () => open.size >= mostOpen,
    isPublished: streams.isPublished,
    peer: (id: string) => open.get(id),
    end: (id: string, by: Ending) => open.get(id)?.end(by),
    sessions: (): readonly Session[] => told,
  };
}
