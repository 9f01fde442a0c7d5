type Guarded<R> = R extends PromiseLike<infer V> ? Promise<V | undefined> | undefined : R | undefined;

/** Wraps a function so that it neither throws nor rejects: it gives `undefined` instead. */
export type Guard = <A extends unknown[], R>(run: (...args: A) => R) => (...args: A) => Guarded<R>;

/**
 * Makes a wrapper for everything of ours that the page calls: listeners, timers, methods. Nothing that fails inside
 * reaches the page as an exception or an unhandled rejection.
 *
 * @param onFault told of every fault.
 * @param onGiveUp called once, at the fault number `limit` of all functions wrapped by this guard together. The guard
 *   goes on running them: whoever gives up also ends them, so that the ending can be guarded too.
 * @param limit faults until giving up, default 10.
 */
export function guard(onFault?: (error: unknown) => void, onGiveUp?: (error: unknown) => void, limit = 10): Guard {
  let faults = 0;
  const fault = (error: unknown): undefined => {
    try {
      onFault?.(error);
    } catch {
      // A fault in the report of a fault: nobody is left to tell.
    }
    faults += 1;
    if (faults !== limit) return;
    try {
      onGiveUp?.(error);
    } catch {
      // As above.
    }
  };
  return (run) =>
    (...args) => {
      try {
        const result = run(...args) as { then?: unknown } | undefined;
        // Not instanceof: a page may have replaced the global Promise, and async functions do not use that one.
        const answer =
          typeof result?.then === 'function' ? (result as Promise<unknown>).then((value) => value, fault) : result;
        return answer as never;
      } catch (error) {
        return fault(error) as never;
      }
    };
}
