import type { Carried } from './datagram.ts';
import { carriedBy } from './datagram.ts';
import type { Faults, Hit } from './faults.ts';
import { createQueue } from './queue.ts';
import type { Session } from './session.ts';
import type { Tap } from './sockets.ts';

/** Where the faults meet the datagrams of one session. */
export type Gate = Tap & {
  /** The rules in force have changed. */
  refresh(): void;
  /** From now on nothing comes through, in either direction. */
  shut(): void;
};

export type GateOptions = {
  readonly session: Session;
  readonly faults: Faults;
  /** The session's payload types, once they are negotiated. */
  readonly payloadTypes: () => ReadonlyMap<number, Carried>;
  /** Pictures come through again after a freeze. */
  readonly onThaw: () => void;
};

/** Counts the media of a session, and does to it what the faults say: outgoing for a viewer, incoming for a publisher. */
export function createGate({ session, faults, payloadTypes, onThaw }: GateOptions): Gate {
  const queue = createQueue();
  let hits = faults.meet(session);
  let isShut = false;
  let isFrozen = false;

  const isDead = () => isShut || hits.some(({ rule }) => rule.effect === 'kill');

  function media(datagram: Uint8Array, pass: () => void): void {
    if (isDead()) return;
    const carried = carriedBy(datagram, payloadTypes());
    if (carried && isTaken(carried)) return;
    const delayMs = hits.reduce((sum, { rule }) => sum + (rule.effect === 'delay' ? (rule.value ?? 0) : 0), 0);
    // What is no media is never thrown away by a full line, but waits for its turn as well.
    const cap = carried && hits.find(({ rule }) => rule.effect === 'cap');
    if (delayMs === 0 && !cap && queue.isEmpty()) pass();
    else if (!queue.push({ delayMs, bitrate: cap?.rule.value }, datagram.byteLength, pass) && carried && cap) {
      drop(cap, carried);
    }
  }

  /** Counts a packet, and says whether a fault takes it. */
  function isTaken({ kind, isRtx }: Carried): boolean {
    session.kinds[kind][isRtx ? 'rtx' : 'packets']++;
    const freeze = kind === 'video' ? hits.find(({ rule }) => rule.effect === 'freeze') : undefined;
    if (kind === 'video' && !freeze && isFrozen) onThaw();
    if (kind === 'video') isFrozen = freeze !== undefined;
    for (const hit of hits) {
      if (hit.rule.effect === 'freeze' && hit !== freeze) continue;
      hit.tally(kind)[isRtx ? 'rtx' : 'packets']++;
      if (hit === freeze || (hit.rule.effect === 'loss' && hit.isLost(kind, isRtx))) {
        drop(hit, { kind, isRtx });
        return true;
      }
    }
    return false;
  }

  function drop(hit: Hit, { kind, isRtx }: Carried): void {
    const field = isRtx ? 'rtxDropped' : 'dropped';
    session.kinds[kind][field]++;
    hit.tally(kind)[field]++;
  }

  const other = (_: Uint8Array, pass: () => void) => {
    if (!isDead()) pass();
  };

  return {
    outgoing: session.role === 'viewer' ? media : other,
    incoming: session.role === 'viewer' ? other : media,
    refresh() {
      hits = faults.meet(session);
      if (!hits.some(({ rule }) => rule.effect === 'delay' || rule.effect === 'cap')) queue.flush();
    },
    shut() {
      isShut = true;
      queue.clear();
    },
  };
}
