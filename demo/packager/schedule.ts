import { setTimeout as wait } from 'node:timers/promises';

/** One thing to publish: under which path, when it is due (Unix milliseconds), and how. */
export type Publication = { readonly path: string; readonly dueAt: number; publish(): void };

export type Schedule = {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Resolves when what has that path may be published: faults hold it back here. */
  readonly hold: (path: string, dueAt: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
};

/** Publishes in turn, each thing when it is due and none before another: at once what is due already, then in step. */
export function publishInTurn(publications: Generator<Publication, never>, schedule: Schedule): void {
  let next = publications.next().value;
  for (; next.dueAt <= schedule.now(); next = publications.next().value) next.publish();
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
    next.publish();
  }
}
