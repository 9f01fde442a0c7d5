import { expect, test } from 'vitest';
import { pass } from '../core/reduce.ts';
import { at, playingFrom500, run } from '../core/test-events.ts';
import { totalsReporter } from './counters.ts';

/** Sums what is added, per metric and attribute; fails at once when something falls. */
function reporter() {
  const sums: Record<string, number> = {};
  const report = totalsReporter((name, value, attributes = {}) => {
    expect(value, name).toBeGreaterThanOrEqual(0);
    const key = [name.replace('livestream.', ''), ...Object.values(attributes)].join(' ');
    sums[key] = (sums[key] ?? 0) + value;
  });
  return { sums, report };
}

test('each report adds what came since the one before', () => {
  const { sums, report } = reporter();
  const { session } = run(...playingFrom500, at(2500));
  report(session);
  report(session);
  report(pass(session, 4500));
  expect(sums).toMatchObject({
    'viewer.presence playing': 4,
    'viewer.presence starting': 0.5,
    'player.plays': 1,
    'player.media.played': 2,
  });
});

test('a stall dated back after it was told as playing: nothing negative, nothing twice', () => {
  const { sums, report } = reporter();
  report(run(...playingFrom500, at(4500)).session);
  report(run(...playingFrom500, at(4500), [4500, 'waiting', { at: 3500 }]).session);
  expect(sums).toMatchObject({ 'viewer.presence playing': 4, 'viewer.presence stalled': 1 });
  report(run(...playingFrom500, at(4500), [4500, 'waiting', { at: 3500 }], [5500, 'playing'], at(8500)).session);
  // 500 ms start, 3 s before and 3 s after the stall, 2 s stalled: all of the 8.5 s once.
  expect(sums).toMatchObject({ 'viewer.presence playing': 6, 'viewer.presence stalled': 2 });
});

test('nobody is present before the play, after the end and asleep', () => {
  const { sums, report } = reporter();
  const preloaded = run([0, 'load'], at(20_000)).session;
  report(preloaded);
  report(run(...playingFrom500, at(1500), at(3_600_000), [3_601_000, 'ended'], at(3_620_000)).session);
  expect(Object.entries(sums).filter(([key]) => key.includes('presence'))).toEqual([
    ['viewer.presence playing', 2],
    ['viewer.presence starting', 0.5],
  ]);
});

test('a new viewing counts from nothing', () => {
  const { sums, report } = reporter();
  const first = run(...playingFrom500, at(10_500), [10_500, 'ended']);
  report(first.session);
  report(run(...playingFrom500, at(10_500), [10_500, 'ended'], [20_000, 'play'], [20_100, 'playing']).session);
  expect(sums).toMatchObject({ 'player.plays': 2, 'viewer.presence starting': 0.6, 'viewer.presence playing': 10 });
});
