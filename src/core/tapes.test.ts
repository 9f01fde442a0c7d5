// What the adapter said in real runs leads to what really happened. `npm run tape` records the tapes anew.
import { describe, expect, test } from 'vitest';
import { reduce } from './reduce.ts';
import type { Fact, Session } from './session.ts';
import { freshSession } from './session.ts';
import { figuresOf } from './snapshot.ts';
import type { Tape } from './test-tapes.ts';
import { loadTapes } from './test-tapes.ts';

const tapes = loadTapes();

// What two observers of one picture may differ by.
const toleranceMs = 150;

type Replay = { readonly session: Session; readonly facts: readonly Fact[] };

function replay({ events }: Tape): Replay {
  return events.reduce<Replay>(
    ({ session, facts }, event) => {
      const next = reduce(session, event);
      return { session: next, facts: [...facts, ...next.facts] };
    },
    { session: freshSession(0), facts: [] },
  );
}

function near(measured: number | undefined, really: number | undefined) {
  expect(Math.abs((measured ?? Number.NaN) - (really ?? Number.NaN))).toBeLessThan(toleranceMs);
}

function told<Kind extends Fact['kind']>({ facts }: Replay, kind: Kind): (Fact & { kind: Kind })[] {
  return facts.filter((fact): fact is Fact & { kind: Kind } => fact.kind === kind);
}

describe.each([...tapes])('%s', (_, tape) => {
  const { truth, events } = tape;
  const run = replay(tape);
  const { session } = run;
  const figures = figuresOf(session, session.at);

  test('times add up to the time that passed', () => {
    const sum = Object.values(session.times).reduce((total, ms) => total + ms, 0);
    expect(sum).toBeCloseTo(session.at - session.startedAt, 6);
    expect(session.at - session.startedAt).toBeCloseTo(truth.leftAt, 1);
  });

  test('one play, started when the first frame was painted', () => {
    expect(session.view).toBe(1);
    expect({ plays: figures.plays, startup: figures.startup.result }).toEqual({ plays: 1, startup: 'started' });
    near(session.startup.durationMs, truth.firstFrameAt - truth.askedAt);
  });

  test('each request once, with its end', () => {
    const { count, failed, aborted } = figures.requests;
    expect({ ok: count - failed - aborted, failed }).toEqual({ ok: truth.answered, failed: truth.refused.length });
    expect(session.inFlight).toEqual([]);
    const ids = events.flatMap((event) => (event.type === 'request' && event.outcome ? [event.request.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('seeks, pauses and sizes as they were', () => {
    const seeks = told(run, 'seek');
    expect(seeks.map(({ target }) => target)).toEqual(truth.seeks.map(({ to }) => expect.closeTo(to, 1)));
    for (const [index, { from, to }] of seeks.entries()) {
      near(from, truth.seeks[index]?.at);
      near(to, truth.seeks[index]?.shownAt);
    }
    near(
      session.times.paused,
      truth.pauses.reduce((sum, { from, to }) => sum + to - from, 0),
    );
    const shown = truth.sizes.map(({ height }) => height);
    const ups = shown.filter((height, index) => index > 0 && height > (shown[index - 1] ?? 0)).length;
    expect(figures.switches).toEqual({ up: ups, down: shown.length - 1 - ups });
    expect(session.rendition?.height).toBe(shown.at(-1));
  });

  test('what was rendered is counted, up to the last sample', () => {
    const jumped = truth.seeks.reduce((sum, { from, to }) => sum + to - from, 0);
    const missing = truth.endSec - truth.startSec - jumped - figures.media.playedSec;
    expect(missing).toBeGreaterThan(-0.3);
    expect(missing).toBeLessThan(1.3);
    expect(figures.media.averageBitrate).toBeGreaterThan(0);
  });
});

function tapeOf(name: string): Tape {
  const tape = tapes.get(name);
  if (!tape) throw new Error(`tape: expected one of ${[...tapes.keys()].join(', ')}, received ${name}`);
  return tape;
}

test('startup-switch: neither the start nor the switch is a stall', () => {
  const tape = tapeOf('startup-switch');
  const run = replay(tape);
  const [change] = told(run, 'switch');
  near(change?.at, tape.truth.sizes.at(-1)?.at);
  expect(told(run, 'stall')).toEqual([]);
  expect(told(run, 'error')).toEqual([]);
});

test('withheld-segments: one stall as long as the picture stood, for want of what was withheld', () => {
  const tape = tapeOf('withheld-segments');
  const run = replay(tape);
  const stalls = told(run, 'stall');
  expect(stalls).toHaveLength(1);
  expect(tape.truth.gaps).toHaveLength(1);
  const [stall, gap] = [stalls[0], tape.truth.gaps[0]];
  near(stall?.from, gap?.from);
  near((stall?.to ?? 0) - (stall?.from ?? 0), gap?.ms);
  near(run.session.times.rebuffering, gap?.ms);
  expect(stall).toMatchObject({ cause: 'network', endedBy: 'playing' });
  const withheld = new Set(
    told(run, 'fetch')
      .filter(({ at }) => at > (tape.truth.withheld?.to ?? 0) - toleranceMs)
      .map(({ request }) => request.id),
  );
  expect(stall?.requests.filter((id) => withheld.has(id)).length).toBeGreaterThan(0);
});

test('seek-pause: waiting for a seek is no stall', () => {
  const run = replay(tapeOf('seek-pause'));
  expect(told(run, 'stall')).toEqual([]);
  expect(told(run, 'seek').map(({ endedBy }) => endedBy)).toEqual(['playing', 'playing']);
  expect(run.session.times.seeking).toBeGreaterThan(0);
});

test('missing-segments: each attempt once, its retries numbered, and one fatal error that ends it', () => {
  const tape = tapeOf('missing-segments');
  const run = replay(tape);
  const failed = told(run, 'fetch').filter(({ outcome }) => outcome.result === 'failed');
  const paths = failed.map(({ request }) => new URL(request.url).pathname);
  expect([...paths].sort()).toEqual(tape.truth.refused.map(({ path }) => path).sort());
  expect(failed.map(({ outcome }) => outcome.errorType)).toEqual(failed.map(() => 'http_404'));
  for (const [index, { request }] of failed.entries()) {
    expect(request.retry).toBe(paths.slice(0, index).filter((path) => path === paths[index]).length);
  }
  expect(Math.max(...failed.map(({ request }) => request.retry))).toBeGreaterThan(0);
  const fatal = told(run, 'error').filter((error) => error.fatal);
  expect(fatal.map(({ errorType }) => errorType)).toEqual(['http_404']);
  near(fatal[0]?.at, tape.truth.fatal?.at);
  expect(told(run, 'over').map(({ endedBy }) => endedBy)).toEqual(['error']);
  expect(figuresOf(run.session, run.session.at).errors).toEqual({ count: failed.length + 1, fatal: 'http_404' });
});

test('vod-end: ended when the last frame was shown, and everything before it was watched', () => {
  const tape = tapeOf('vod-end');
  const run = replay(tape);
  const [over] = told(run, 'over');
  expect(over?.endedBy).toBe('ended');
  near(over?.at, tape.truth.endedAt);
  expect(over?.last.totals.mediaSec).toBeCloseTo(8, 0);
  expect(told(run, 'stall')).toEqual([]);
});
