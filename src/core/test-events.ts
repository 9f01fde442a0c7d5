import type { Outcome, PlaybackEvent, Request, Sample } from './events.ts';
import { reduce } from './reduce.ts';
import type { Fact, Session } from './session.ts';
import { freshSession } from './session.ts';

/** What a tape may leave out: tests name only what they are about. */
type Said = { [Type in PlaybackEvent['type']]: Partial<PlaybackEvent & { type: Type }> }[PlaybackEvent['type']];

const missing = {
  load: { source: 'a.m3u8' },
  play: {},
  playing: { position: 0 },
  waiting: { position: 0, bufferAheadSec: 0 },
  pause: {},
  seek: { to: 0 },
  ended: {},
  quality: { rendition: { bitrate: 1_000_000 } },
  request: {},
  error: { errorType: 'media_decode', fatal: true, message: '' },
  sample: { position: 0, bufferAheadSec: 10 },
  quit: { reason: 'leave' },
} as const;

/** One line of a tape: an instant in ms, a word, and what is not as usual. */
export type Line = readonly [at: number, word: PlaybackEvent['type'], rest?: Said];

export function event([at, type, rest]: Line): PlaybackEvent {
  return { at, type, ...missing[type], ...rest } as PlaybackEvent;
}

/** A session and everything that was told on the way to it. */
export type Run = { readonly session: Session; readonly facts: readonly Fact[] };

/** Runs a tape from instant 0. */
export function run(...tape: readonly Line[]): Run {
  return tape.reduce<Run>(
    ({ session, facts }, line) => {
      const next = reduce(session, event(line));
      return { session: next, facts: [...facts, ...next.facts] };
    },
    { session: freshSession(0), facts: [] },
  );
}

/** Facts of one kind. */
export function told<Kind extends Fact['kind']>({ facts }: Run, kind: Kind): (Fact & { kind: Kind })[] {
  return facts.filter((fact): fact is Fact & { kind: Kind } => fact.kind === kind);
}

/** Started at 0, playing from 500 on. */
export const playingFrom500: readonly Line[] = [
  [0, 'load'],
  [0, 'play'],
  [500, 'playing'],
];

/** A sample at an instant, whose position is what a player at rate 1 that began at 500 shows. */
export function at(ms: number, rest: Partial<Sample> = {}): Line {
  return [ms, 'sample', { position: Math.max(0, ms - 500) / 1000, ...rest }];
}

export function sent(ms: number, id: number, rest: Partial<Request> = {}): Line {
  return [ms, 'request', { request: request(id, rest) }];
}

export function answered(ms: number, id: number, outcome: Partial<Outcome> = {}, rest: Partial<Request> = {}): Line {
  const whole = { result: 'ok', status: 200, durationMs: 100, bytes: 1000, cache: 'unknown', ...outcome } as const;
  return [ms, 'request', { request: request(id, rest), outcome: whole }];
}

function request(id: number, rest: Partial<Request>): Request {
  return { id, objectType: 'video', url: `https://cdn.example/${id}.m4s`, retry: 0, ...rest };
}
