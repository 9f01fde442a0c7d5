import type { ReadableSpan } from './providers.ts';

/** Why a session that was not sampled is sent all the same. */
export type Trouble = 'stall' | 'fatal_error' | 'slow_start';

/**
 * Decides once per session whether its spans are sent. Those of the others go into a ring; trouble sends the ring and
 * keeps what comes in the next five minutes, so that nobody has to choose between cost and knowing why.
 */
export type FlightRecorder = {
  shouldSample(): 'keep' | 'record';
  add(span: ReadableSpan): void;
  trouble(reason: Trouble): void;
  /** How many spans are to be sent. */
  waiting(): number;
  /** The spans to send now. */
  drain(): readonly ReadableSpan[];
  /** How many spans a full queue has lost since the last call. */
  takeDropped(): number;
};

const queueSize = 1000;
const keepMs = 5 * 60_000;

/** @param ringSize how many spans of an untroubled session are kept. */
export function flightRecorder(
  sessionId: string,
  sampleRatio: number,
  now: () => number,
  ringSize = 200,
): FlightRecorder {
  const sampled = fraction(sessionId) < sampleRatio;
  let keepUntil = Number.NEGATIVE_INFINITY;
  let reason: Trouble | undefined;
  let ring: ReadableSpan[] = [];
  let queue: ReadableSpan[] = [];
  let dropped = 0;
  const keeps = () => sampled || now() < keepUntil;

  function send(spans: readonly ReadableSpan[]) {
    // Their number says nothing about how many there are of their kind: they were chosen, not drawn.
    if (!sampled) for (const span of spans) span.attributes['sampling.reason'] = reason as string;
    queue.push(...spans);
    if (queue.length <= queueSize) return;
    dropped += queue.length - queueSize;
    queue = queue.slice(-queueSize);
  }

  return {
    shouldSample: () => (keeps() ? 'keep' : 'record'),
    add(span) {
      if (keeps()) send([span]);
      else ring = [...ring, span].slice(-ringSize);
    },
    trouble(why) {
      reason = why;
      keepUntil = now() + keepMs;
      send(ring);
      ring = [];
    },
    waiting: () => queue.length,
    drain: () => queue.splice(0),
    takeDropped() {
      const taken = dropped;
      dropped = 0;
      return taken;
    },
  };
}

/** The first 56 bits of a session id as a number from 0 to 1: the id is random, so every side draws the same lot from it. */
export function fraction(sessionId: string): number {
  return Number.parseInt(sessionId.replace(/[^0-9a-f]/gi, '').slice(0, 14), 16) / 2 ** 56;
}
