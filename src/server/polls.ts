/**
 * Runs something again and again, never twice at a time, and keeps no process alive. What fails is no affair of others: the
 * next run comes all the same.
 *
 * @param waitMs asked before each wait.
 */
export function polls(run: () => Promise<void>, waitMs: () => number) {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function now(): Promise<void> {
    running ??= run()
      .catch(() => {})
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  function wait() {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => void now().then(wait), waitMs());
    timer.unref();
  }

  return {
    now,
    /** Begins the wait for the next run anew. */
    wait,
    /** The last run comes after the one that is going on. */
    async stop(last: () => Promise<void>): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await running;
      running = last().catch(() => {});
      await running;
    },
  };
}
