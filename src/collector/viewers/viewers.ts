import type { Labels } from '../aggregate/labels.ts';
import type { ViewerState } from '../aggregate/presence.ts';
import { viewerStates, watchingStates } from '../aggregate/presence.ts';
import type { Group, States } from './viewer-groups.ts';
import { lay, meanOf, noStates, setHistory, viewerGroups } from './viewer-groups.ts';

/** A report of one session: when it was made on the sender's clock, where that is on the receiver's, and what comes next. */
export type Report = {
  readonly sessionId: string;
  readonly time: number;
  readonly placed: number;
  /** Seconds; 0 says that the session ends with this report. */
  readonly nextReport: number;
  readonly presence: readonly Presence[];
};
export type Presence = { readonly labels: Labels; readonly seconds: number; readonly coveredMs: number };

export type Count = {
  readonly group: Group;
  readonly viewers: number;
  readonly meanViewers: number;
  readonly states: States;
};

export type Viewers = ReturnType<typeof viewers>;

type Session = { group?: Group; state: ViewerState; time: number; expiresAt: number };

// A report may be late by half of its interval before its session counts as gone.
const patience = 1.5;
const rememberedMs = 5 * 60_000;
const clockJumpMs = 10 * 60_000;

/**
 * Counts viewers: exactly, by sessions that are alive, and as a mean from presence, which needs no ids. At most `limit`
 * sessions are counted one by one; of those beyond only the mean stays right.
 */
export function viewers(limit: number) {
  const sessions = new Map<string, Session>();
  const groups = viewerGroups();
  let refused = 0;

  function sessionOf(id: string, now: number): Session | undefined {
    const known = sessions.get(id);
    if (known) return known;
    if (sessions.size >= limit) forget(now, 0);
    if (sessions.size >= limit) {
      refused += 1;
      return undefined;
    }
    const fresh = { state: 'starting', time: Number.NEGATIVE_INFINITY, expiresAt: 0 } as const;
    const session: Session = { ...fresh };
    sessions.set(id, session);
    return session;
  }

  function forget(now: number, afterMs: number) {
    for (const [id, { expiresAt }] of sessions) if (expiresAt + afterMs <= now) sessions.delete(id);
  }

  function addPresence({ labels, seconds, coveredMs }: Presence, placed: number, counted: boolean) {
    const group = groups.of(labels, placed);
    group.lastAt = Math.max(group.lastAt, placed);
    const state = labels['viewer.state'];
    if (state === 'paused') return;
    lay(group.mean, seconds, coveredMs, placed);
    if (!counted) lay(group.uncounted, seconds, coveredMs, placed);
  }

  function count(now: number): Count[] {
    const states = new Map<Group, States>();
    for (const { group, state, expiresAt } of sessions.values()) {
      if (!group || expiresAt <= now) continue;
      const of = states.get(group) ?? noStates();
      of[state] += 1;
      states.set(group, of);
    }
    return [...groups.all()].map((group) => {
      const of = states.get(group) ?? noStates();
      const exact = watchingStates.reduce((sum, state) => sum + of[state], 0);
      return { group, viewers: exact, meanViewers: meanOf(group.mean, now), states: of };
    });
  }

  return {
    /** Takes a report of a session. A report that is older than the last one changes nothing but the mean. */
    report({ sessionId, time, placed, nextReport, presence }: Report, now: number) {
      const session = sessionOf(sessionId, now);
      for (const each of presence) addPresence(each, placed, session !== undefined);
      if (!session || (time < session.time && session.time - time < clockJumpMs)) return;
      const group = largest(presence);
      if (group) {
        session.group = groups.of(group.labels, placed);
        const state = group.labels['viewer.state'] as ViewerState;
        session.state = viewerStates.includes(state) ? state : 'playing';
      }
      const expiresAt = nextReport === 0 ? placed : placed + nextReport * 1000 * patience;
      // Parts of one report say the same; should they not, the end is the end.
      session.expiresAt = time === session.time ? Math.min(session.expiresAt, expiresAt) : expiresAt;
      session.time = time;
    },
    /** Presence without a session id: only the mean can count it. */
    anonymous(presence: Presence, placed: number) {
      addPresence(presence, placed, false);
    },
    count,
    groups: groups.all,
    /** Mean viewers of a group whom no session id tells apart: they come on top of the exact count. */
    uncounted: (group: Group, now: number) => meanOf(group.uncounted, now),
    /** Writes the count into the history, as that of the step that has just ended. */
    sample(step: number, now: number) {
      const alive = new Set<Group>();
      for (const { group, viewers } of count(now)) {
        if (viewers > 0) alive.add(group);
        setHistory(group, step, viewers + meanOf(group.uncounted, now));
      }
      groups.forget(now, alive);
      forget(now, rememberedMs);
    },
    sessions: () => sessions.size,
    /** How often a session could not be counted, because there were too many. */
    refused: () => refused,
  };
}

function largest(presence: readonly Presence[]): Presence | undefined {
  return presence.reduce<Presence | undefined>(
    (most, each) => (most && most.seconds >= each.seconds ? most : each),
    undefined,
  );
}
