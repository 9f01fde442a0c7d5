import { add, advance, enter, progress, tell } from './accounts.ts';
import { endConnection } from './connection.ts';
import type { PlaybackEvent, Rendition } from './events.ts';
import { request } from './fetches.ts';
import { closeSeek, closeStall, countPlay, openStall, settleStartup } from './intervals.ts';
import { sample } from './samples.ts';
import type { EndedBy, Session, State } from './session.ts';
import { freshSession } from './session.ts';

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
      return quit(endConnection(s, event.at, event.reason === 'destroyed' ? 'closed' : event.reason), event.at);
  }
}

/** Only time goes by. */
export function pass(session: Session, at: number): Session {
  return wake(advance({ ...session, facts: [] }, at), session);
}

function quit(s: Session, at: number): Session {
  return s.over ? { ...enter(s, 'quit', at), inFlight: [] } : finish(s, 'quit', at, 'quit');
}

function load(s: Session, source: string, at: number): Session {
  if (!s.over && (s.source === source || s.source === '')) return { ...s, source };
  return next(s, at, source, 'load');
}

/** The present viewing ends (if it has not yet) and another begins. */
function next(s: Session, at: number, source: string, endedBy: EndedBy): Session {
  const { facts, hidden, rate } = s.over ? s : finish(s, 'quit', at, endedBy);
  const connection = s.connection?.over ? undefined : s.connection;
  return { ...freshSession(Math.max(at, s.at), s.view + 1, source), hidden, rate, connection, facts };
}

function play(s: Session, at: number, armed: boolean): Session {
  if (s.state === 'quit') return s;
  // The `play` event comes late: asked for before the failure or after it, this start has failed.
  const never = s.startup.result === 'none';
  if (s.state === 'failed' && never) return settleStartup(countPlay(ask(s, at)), 'failed', at, s.error);
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

function quality(s: Session, at: number, rendition: Rendition): Session {
  const { rendition: from } = s;
  // The first is told a little late: what was rendered before was of it.
  const next = add({ ...s, rendition }, from ? {} : { mediaBits: s.totals.mediaSec * rendition.bitrate });
  const shown = s.state !== 'preloading' && s.startup.result !== 'pending';
  if (!from || !shown || pictureOf(from) === pictureOf(rendition)) return next;
  const up = pictureOf(rendition) > pictureOf(from);
  return tell(add(next, up ? { switchesUp: 1 } : { switchesDown: 1 }), { kind: 'switch', at, from, to: rendition });
}

/** What the picture's renditions are ordered by: their bitrate, or where none is declared (WebRTC) their size. */
function pictureOf({ bitrate, audioBitrate = 0, width = 0, height = 0 }: Rendition): number {
  return bitrate > 0 ? bitrate - audioBitrate : width * height;
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

/** After a sleep nothing that was open can be measured: it ended when the machine was last awake. */
function wake(s: Session, before: Session): Session {
  if (s.times.asleep === before.times.asleep) return s;
  const closed = closeSeek(closeStall(s, before.at, 'sleep'), before.at, 'sleep');
  return s.stall || s.seek ? { ...closed, state: 'starting', since: s.at } : closed;
}
