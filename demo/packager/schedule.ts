import { setTimeout as wait } from 'node:timers/promises';
import type { SlowStep } from '../delivery/faults.ts';

/** One thing to publish: under which path, when it is due (Unix milliseconds), and how. */
export type Publication = {
  readonly path: string;
  readonly dueAt: number;
  /** Where nothing slows it, it is done at the return. `framesInAt`: since when it could have been published. */
  publish(framesInAt?: number): Promise<unknown>;
};

export type Schedule = {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Resolves when what has that path may be published: faults hold it back here. */
  readonly hold: (path: string, dueAt: number, signal: AbortSignal) => Promise<void>;
  /** Resolves when a step of what has that path may go on: faults slow it here. Undefined where none does. */
  readonly slow: (step: SlowStep, path: string, signal: AbortSignal) => Promise<void> | undefined;
  readonly signal: AbortSignal;
};

/** Publishes in turn, each thing when it is due and none before another: at once what is due already, then in step. */
export function publishInTurn(publications: Generator<Publication, never>, schedule: Schedule): void {
  let next = publications.next().value;
  for (; next.dueAt <= schedule.now(); next = publications.next().value) void next.publish();
  follow(next, publications, schedule).catch((error) => {
    if (!schedule.signal.aborted) throw error;
  });
}

async function follow(
  first: Publication,
  rest: Generator<Publication, never>,
  { now, hold, signal }: Schedule,
): Promise<never> {
  for (let next = first; ; next = rest.next().value) {
    while (now() < next.dueAt) await wait(Math.ceil(next.dueAt - now()), undefined, { signal });
    await hold(next.path, next.dueAt, signal);
    signal.throwIfAborted();
    await next.publish(next.dueAt);
  }
}

/** Does a step, behind what slows it; without that at once. */
export function after<T>(slowed: Promise<void> | undefined, work: () => T): T | Promise<T> {
  return slowed ? slowed.then(work) : work();
}
