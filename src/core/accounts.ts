import type { Fact, Session, State, Totals } from './session.ts';

// A page that is awake is heard from every second, a hidden one at least once a minute; 30 s more is sleep.
const longestSilenceMs = 30_000;
const longestHiddenSilenceMs = 90_000;

// Media cannot play faster than the clock times the rate; what is beyond half as much again is a jump.
const jumpFactor = 1.5;
const jumpSlackSec = 0.3;

/** Bills the time since the last event to the present state, or to `asleep` where the page cannot have been running. */
export function advance(s: Session, at: number): Session {
  const elapsed = at - s.at;
  if (!(elapsed > 0)) return s;
  const asleep = elapsed > (s.hidden ? longestHiddenSilenceMs : longestSilenceMs);
  const account = asleep ? 'asleep' : s.state;
  const positionAt = asleep ? at : s.positionAt;
  return { ...s, at, positionAt, times: { ...s.times, [account]: s.times[account] + elapsed } };
}

/** Enters a state at an instant that may lie a little back: the time since then changes its account. */
export function enter(s: Session, state: State, at: number): Session {
  if (state === s.state) return s;
  const from = Math.min(Math.max(at, s.since), s.at);
  const moved = Math.min(s.at - from, s.times[s.state]);
  const times = { ...s.times, [s.state]: s.times[s.state] - moved };
  times[state] += moved;
  return { ...s, state, since: from, times };
}

/** Counts the media that was rendered on the way to `position`; a jump counts nothing. */
export function progress(s: Session, position: number, at: number): Session {
  if (!Number.isFinite(position)) return s;
  const gained = position - s.position;
  const possible = ((at - s.positionAt) / 1000) * Math.abs(s.rate) * jumpFactor + jumpSlackSec;
  const rendered = s.state === 'playing' || s.state === 'rebuffering';
  const media = rendered && gained > 0 && gained <= possible ? gained : 0;
  const totals = {
    ...s.totals,
    mediaSec: s.totals.mediaSec + media,
    mediaBits: s.totals.mediaBits + media * (s.rendition?.bitrate ?? 0),
  };
  return { ...s, position, positionAt: Math.max(at, s.positionAt), totals };
}

/** Adds to the totals. */
export function add(s: Session, more: Partial<Totals>): Session {
  const totals: Record<string, number> = { ...s.totals };
  for (const [name, value] of Object.entries(more)) totals[name] = (totals[name] ?? 0) + value;
  return { ...s, totals: totals as Totals };
}

/** Adds a fact to those that the event settled. */
export function tell(s: Session, fact: Fact): Session {
  return { ...s, facts: [...s.facts, fact] };
}
