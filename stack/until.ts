import { setTimeout as wait } from 'node:timers/promises';

/** Asks until the answer is true. A question that throws a TypeError, as fetch does, has no answer yet. */
export async function until(what: string, withinMs: number, ask: () => Promise<boolean>): Promise<void> {
  const last = Date.now() + withinMs;
  for (;;) {
    if (await ask().catch(unanswered)) return;
    if (Date.now() > last) throw new Error(`Waited ${withinMs / 1000} s in vain: ${what}.`);
    await wait(250);
  }
}

function unanswered(error: unknown): false {
  if (error instanceof TypeError) return false;
  throw error;
}
