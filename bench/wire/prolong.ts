import type { PlaybackEvent } from '../../src/core/events.ts';
import type { Tape } from '../../src/core/test-tapes.ts';

/** The part of a tape in which nothing happens: `forMs` is whole segments, so that one turn follows on the other. */
export type Steady = { readonly fromMs: number; readonly forMs: number; readonly segmentMs: number };

/** What a tape says, its steady part again and again: an evening from two minutes. */
export function* prolong({ events }: Tape, steady: Steady, turns: number): Generator<PlaybackEvent> {
  const toMs = steady.fromMs + steady.forMs;
  const start = between(events, Number.NEGATIVE_INFINITY, steady.fromMs);
  const turn = between(events, steady.fromMs, toMs);
  const framesPerTurn = framesIn(turn);
  yield* start;
  for (let count = 0; count < turns; count++) {
    for (const event of turn) yield later(event, count, steady, framesPerTurn);
  }
}

/** What was said between two instants; a request belongs, with its outcome, to when it was sent. */
function between(events: readonly PlaybackEvent[], fromMs: number, toMs: number): PlaybackEvent[] {
  const isWithin = ({ at }: PlaybackEvent) => at >= fromMs && at < toMs;
  const sent = new Set(
    events.flatMap((event) => (event.type === 'request' && !event.outcome && isWithin(event) ? event.request.id : [])),
  );
  return events.filter((event) => (event.type === 'request' ? sent.has(event.request.id) : isWithin(event)));
}

/** What the browser's counter gains in a turn, the interval between the last sample and the next turn's first included. */
function framesIn(turn: readonly PlaybackEvent[]): number {
  const totals = turn.flatMap((event) => (event.type === 'sample' && event.frames ? event.frames.total : []));
  const gained = (totals.at(-1) ?? 0) - (totals[0] ?? 0);
  return Math.round((gained * totals.length) / (totals.length - 1));
}

function later(event: PlaybackEvent, turn: number, { forMs, segmentMs }: Steady, framesPerTurn: number): PlaybackEvent {
  const at = event.at + turn * forMs;
  const sec = (turn * forMs) / 1000;
  const segments = (turn * forMs) / segmentMs;
  if (event.type === 'sample') {
    const { position, frames, edge } = event;
    return {
      ...event,
      at,
      position: position + sec,
      ...(frames && { frames: { ...frames, total: frames.total + turn * framesPerTurn } }),
      ...(edge && { edge: { ...edge, sequence: edge.sequence + segments, endSec: (edge.endSec ?? 0) + sec } }),
    };
  }
  if (event.type !== 'request') return { ...event, at };
  const { request, outcome } = event;
  const { sequence } = request;
  const url = (text: string) => text.replace(/\d+(?=\.m4s)/, (number) => `${Number(number) + segments}`);
  return {
    ...event,
    at,
    request: {
      ...request,
      id: request.id + turn * 100_000,
      url: url(request.url),
      sequence: sequence === undefined ? undefined : sequence + segments,
    },
    ...(outcome && {
      outcome: { ...outcome, finalUrl: outcome.finalUrl === undefined ? undefined : url(outcome.finalUrl) },
    }),
  };
}
