// What holds after any words in any order. The orders are drawn from seeds: a failure names the one that shows it again.
import { expect, test, vi } from 'vitest';
import { causeOf } from './cause.ts';
import type { PlaybackEvent } from './events.ts';
import { pass, reduce } from './reduce.ts';
import type { Fact, Session } from './session.ts';
import { freshSession, states } from './session.ts';
import { figuresOf } from './snapshot.ts';
import { randomEvents } from './test-random.ts';

const sequences = 2000;
const length = 60;

vi.setConfig({ testTimeout: 60_000 });

type Step = {
  readonly before: Session;
  readonly after: Session;
  readonly event: PlaybackEvent;
  /** The first of its sequence. */
  readonly first: boolean;
};

/** Each step of each sequence; what throws or fails says its seed and the words up to it. */
function eachStep(check: (step: Step) => void) {
  for (let seed = 1; seed <= sequences; seed++) {
    let session = freshSession(0);
    const words: string[] = [];
    for (const event of randomEvents(seed, length)) {
      words.push(`${event.type}@${event.at}`);
      const before = session;
      try {
        session = reduce(before, event);
        check({ before, after: session, event, first: words.length === 1 });
      } catch (error) {
        throw new Error(`seed ${seed}, after ${words.join(' ')}`, { cause: error });
      }
    }
  }
}

test('times in states add up to the time elapsed, and none is negative', () => {
  eachStep(({ after: { times, at, startedAt } }) => {
    const sum = Object.values(times).reduce((total, ms) => total + ms, 0);
    if (Math.abs(sum - (at - startedAt)) > 0.001) expect(sum).toBe(at - startedAt);
    for (const [state, ms] of Object.entries(times)) if (ms < 0) expect(ms, state).toBeGreaterThanOrEqual(0);
  });
});

test('totals never fall within a viewing, and time never runs backwards', () => {
  eachStep(({ before, after }) => {
    if (after.at < before.at) expect(after.at).toBeGreaterThanOrEqual(before.at);
    if (after.view !== before.view) return;
    for (const [name, total] of Object.entries(after.totals)) {
      const earlier = before.totals[name as keyof Session['totals']];
      if (!(total >= earlier)) expect(total, name).toBeGreaterThanOrEqual(earlier);
    }
  });
});

test('nothing is NaN or endless', () => {
  eachStep(({ after }) => {
    const path = absurd(after) ?? absurd(figuresOf(after, after.at + 500), 'figures');
    if (path) expect.fail(path);
  });
});

test('there is always a state, and what is open fits to it', () => {
  eachStep(({ after: { state, stall, seek, since, at, over } }) => {
    if (!states.includes(state)) expect(states).toContain(state);
    if ((stall !== undefined) !== (state === 'rebuffering')) expect.fail(`a stall in ${state}`);
    if ((seek !== undefined) !== (state === 'seeking')) expect.fail(`a seek in ${state}`);
    if (over !== ['ended', 'failed', 'quit'].includes(state)) expect.fail(`over: ${over} in ${state}`);
    if (since > at) expect(since).toBeLessThanOrEqual(at);
  });
});

test('what is kept of requests is bounded', () => {
  eachStep(({ after: { inFlight, failures, stall } }) => {
    if (inFlight.length > 32 || failures.length > 32 || (stall?.suspects.length ?? 0) > 64) expect.fail('too many');
  });
});

test('intervals of facts do not end before they begin, and stalls of a viewing do not overlap', () => {
  let lastEnd = Number.NEGATIVE_INFINITY;
  eachStep(({ before, after, first }) => {
    if (first) lastEnd = Number.NEGATIVE_INFINITY;
    for (const fact of after.facts) {
      if (fact.kind !== 'stall' && fact.kind !== 'seek') continue;
      if (fact.to < fact.from) expect(fact.to, fact.kind).toBeGreaterThanOrEqual(fact.from);
      if (fact.kind !== 'stall') continue;
      if (fact.to - fact.from < 100) expect.fail('a stall that no eye sees');
      if (fact.from < lastEnd) expect(fact.from).toBeGreaterThanOrEqual(lastEnd);
      lastEnd = fact.to;
    }
    if (after.view !== before.view) lastEnd = Number.NEGATIVE_INFINITY;
  });
});

test('a viewing is over once, unless it plays again, and a start is settled once', () => {
  let settled = false;
  eachStep(({ before, after, first }) => {
    const count = (kind: Fact['kind']) => after.facts.filter((fact) => fact.kind === kind).length;
    if (count('over') > (before.over ? 0 : 1)) expect.fail('over again');
    if (first) settled = false;
    if (settled && count('startup') > 0) expect.fail('a second startup of one viewing');
    settled = after.view === before.view && (settled || count('startup') > 0);
  });
});

test('what a viewing told adds up to its totals', () => {
  let sums = { stalls: 0, stallMs: 0, seeks: 0, requests: 0 };
  eachStep(({ before, after, first }) => {
    if (first) sums = { stalls: 0, stallMs: 0, seeks: 0, requests: 0 };
    for (const fact of after.facts) {
      if (fact.kind === 'stall') {
        sums.stalls += 1;
        sums.stallMs += fact.to - fact.from;
      }
      if (fact.kind === 'seek') sums.seeks += 1;
      if (fact.kind === 'fetch') sums.requests += 1;
    }
    const over = after.facts.find((fact) => fact.kind === 'over');
    const { stalls, stallMs, seeks, requests } = (over?.last ?? after).totals;
    const same = sums.stalls === stalls && sums.seeks === seeks && sums.requests === requests;
    if (after.view === before.view || over) {
      if (!same || Math.abs(sums.stallMs - stallMs) > 0.01) expect({ stalls, stallMs, seeks, requests }).toEqual(sums);
    }
    if (after.view !== before.view) sums = { stalls: 0, stallMs: 0, seeks: 0, requests: 0 };
  });
});

test('a connection is over once, ends no sooner than it began, and its states take no less than no time', () => {
  eachStep(({ before, after }) => {
    const ends = after.facts.filter((fact) => fact.kind === 'connection');
    if (ends.length > 1 || (before.connection?.over && ends.length > 0)) expect(ends).toEqual([]);
    for (const { at, connection } of ends) if (at < connection.begunAt) expect(at).toBe(connection.begunAt);
    for (const [state, ms] of Object.entries(after.connection?.times ?? {})) if (ms < 0) expect(ms, state).toBe(0);
  });
});

test('the session is plain data: JSON carries all of it, and it goes on from there as before', () => {
  eachStep(({ after }) => {
    if (after.totals.requests % 20 !== 0) return;
    const copy = JSON.parse(JSON.stringify(after)) as Session;
    expect(copy).toEqual(after);
    const next = { type: 'waiting', at: after.at + 400, position: 3, bufferAheadSec: 0 } as const;
    expect(reduce(copy, next)).toEqual(reduce(after, next));
  });
});

test('the session that went in is never changed', () => {
  eachStep(({ before, event }) => {
    if (before.totals.requests % 5 !== 0) return;
    const frozen = freeze(before);
    reduce(frozen, event);
    pass(frozen, event.at + 1);
    if (frozen.stall) causeOf(frozen, frozen.stall, event.at);
  });
});

/** The path to the first number that is none. */
function absurd(value: unknown, path = 'session'): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = absurd(inner, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
