import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from './poll.ts';
import { poll } from './poll.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(answer: () => Promise<void>) {
  const told: Connection[] = [];
  const signals: AbortSignal[] = [];
  const page = { visible: true };
  const ask = (signal: AbortSignal) => {
    signals.push(signal);
    return answer();
  };
  const rounds = poll({ ask, onConnection: (connection) => told.push(connection), visible: () => page.visible });
  return { rounds, told, signals, page };
}

test('asks every two seconds, and never while a round is under way', async () => {
  let finish = () => {};
  const { rounds, signals, told } = setUp(() => new Promise((resolve) => (finish = resolve)));
  rounds.again();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(signals).toHaveLength(1);
  finish();
  await vi.advanceTimersByTimeAsync(2000);
  expect(signals).toHaveLength(2);
  expect(told.at(-1)?.state).toBe('live');
});

test('slows down while nobody answers, says so, and recovers', async () => {
  let down = true;
  const { rounds, signals, told } = setUp(() => (down ? Promise.reject(new Error('down')) : Promise.resolve()));
  rounds.again();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(signals.length).toBeLessThan(9);
  expect(told.at(-1)).toMatchObject({ state: 'lost', lastAt: null });
  down = false;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(told.at(-1)).toMatchObject({ state: 'live', retryAt: null });
});

test('rests while the page is hidden, and asks at once when it is shown', async () => {
  const { rounds, signals, page } = setUp(() => Promise.resolve());
  rounds.again();
  await vi.advanceTimersByTimeAsync(10);
  page.visible = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(signals).toHaveLength(1);
  page.visible = true;
  rounds.wake();
  expect(signals).toHaveLength(2);
});

test('a new question ends the old one, whose answer no longer counts', async () => {
  const answers: (() => void)[] = [];
  const { rounds, signals, told } = setUp(() => new Promise((resolve) => answers.push(resolve)));
  rounds.again();
  rounds.again();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toHaveLength(0);
  answers[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toHaveLength(1);
});
