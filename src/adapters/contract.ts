// The test kit for adapters: what every one of them owes to the page, whatever its player is.
import { expect, test, vi } from 'vitest';
import type { PlaybackEvent } from '../core/events.ts';
import { reduce } from '../core/reduce.ts';
import type { Session } from '../core/session.ts';
import { freshSession } from '../core/session.ts';
import { withTrace } from '../core/trace-query.ts';
import { guard } from '../page/guard.ts';
import type { Adapter, Watch } from './adapter.ts';

/** A watch that keeps what it is told; its guard keeps what was thrown. */
export function testWatch({ traceparent, query }: { traceparent?: string; query?: string } = {}) {
  const controller = new AbortController();
  const { signal } = controller;
  const events: PlaybackEvent[] = [];
  const faults: unknown[] = [];
  const watch: Watch = {
    signal,
    now: () => performance.now(),
    emit: (event) => void (signal.aborted || events.push(event)),
    carry: ({ url }) => ({ ...(traceparent && { header: traceparent }), ...(query && { url: withTrace(url, query) }) }),
    guard: guard((fault) => faults.push(fault)),
  };
  return {
    watch,
    events,
    faults,
    detach: () => controller.abort(),
    words: () => events.map(({ type }) => type),
    of: <Type extends PlaybackEvent['type']>(type: Type) =>
      events.filter((event): event is PlaybackEvent & { type: Type } => event.type === type),
    /** What the words lead to. */
    session: (): Session => events.reduce(reduce, freshSession(0)),
  };
}

/** An event target that knows how many listeners it has. */
export class CountingTarget extends EventTarget {
  listening = 0;

  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ) {
    super.addEventListener(type, listener, options);
    const signal = typeof options === 'object' ? options.signal : undefined;
    if (signal?.aborted) return;
    this.listening += 1;
    signal?.addEventListener('abort', () => {
      this.listening -= 1;
    });
  }
}

/** A player made for the contract, in a fresh page. */
export type Subject<Player> = {
  readonly player: Player;
  /** From nothing to a moving picture, as the player would tell it. */
  play(): void | Promise<void>;
  /** Until a player that has to be asked has answered. */
  answer?(): Promise<unknown>;
  /** Listeners and callbacks of ours that the player and its page hold. */
  listeners(): number;
  /** Makes whatever is read or called next throw. */
  break(): void;
};

/** Every adapter, under fake timers: legal order, late attach, no listener and no timer after the abort, a throwing player is harmless. */
export function contract<Player>(adapter: Adapter<Player>, make: () => Subject<Player>): void {
  test('a start is told in a legal order: load, play, playing, samples around them', async () => {
    const { player, play } = make();
    const told = testWatch();
    adapter.watch(player, told.watch);
    await play();
    const words = told.words().filter((word) => word !== 'sample');
    expect(words).toEqual(['load', 'play', 'playing']);
    expect(told.session()).toMatchObject({ state: 'playing', startup: { result: 'started' }, totals: { plays: 1 } });
    expect(told.faults).toEqual([]);
  });

  test('attached late it says what is, and no start', async () => {
    const { player, play, answer } = make();
    await play();
    const told = testWatch();
    adapter.watch(player, told.watch);
    await answer?.();
    expect(told.session()).toMatchObject({ state: 'playing', startup: { result: 'unseen' }, totals: { plays: 0 } });
  });

  test('instants are numbers on the page clock, none in the future', async () => {
    const { player, play } = make();
    const told = testWatch();
    adapter.watch(player, told.watch);
    await play();
    for (const { at, type } of told.events) {
      expect(at, type).toBeGreaterThanOrEqual(0);
      expect(at, type).toBeLessThanOrEqual(performance.now());
    }
  });

  test('after the abort there is no listener, no timer and no word', async () => {
    const { player, play, listeners } = make();
    const before = listeners();
    const timers = vi.getTimerCount();
    const told = testWatch();
    adapter.watch(player, told.watch);
    await play();
    expect(listeners()).toBeGreaterThan(before);
    told.detach();
    const words = told.words().length;
    expect(listeners()).toBe(before);
    expect(vi.getTimerCount()).toBe(timers);
    await play();
    expect(told.words()).toHaveLength(words);
  });

  test('a hundred times attached and detached: as at first', async () => {
    const { player, listeners, play } = make();
    const before = listeners();
    for (let time = 0; time < 100; time++) {
      const told = testWatch();
      adapter.watch(player, told.watch);
      await play();
      told.detach();
    }
    expect(listeners()).toBe(before);
  });

  test('a player that throws is harmless', async () => {
    const { player, play, ...subject } = make();
    const told = testWatch();
    adapter.watch(player, told.watch);
    subject.break();
    await expect((async () => play())()).resolves.not.toThrow();
    expect(told.faults.length).toBeGreaterThan(0);
    expect(() => told.detach()).not.toThrow();
  });
}
