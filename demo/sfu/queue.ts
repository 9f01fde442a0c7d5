// As a home router has: what would wait longer is lost.
const longestWaitMs = 500;

/** A line with a delay, a rate, or both. */
export type Line = { readonly delayMs: number; readonly bitrate: number | undefined };

/**
 * Sends datagrams one after the other over a line, in their order. `push` is false where the line is full; `flush` lets go
 * all that wait.
 */
export function createQueue() {
  let waiting: { readonly dueAt: number; readonly pass: () => void }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let freeAt = 0;
  let lastDueAt = 0;

  function push(line: Line, bytes: number, pass: () => void): boolean {
    const now = performance.now();
    const startAt = Math.max(now, freeAt);
    if (line.bitrate !== undefined) {
      if (startAt - now > longestWaitMs) return false;
      freeAt = startAt + (bytes * 8 * 1000) / line.bitrate;
    }
    // A line that became faster does not let datagrams overtake each other.
    lastDueAt = Math.max(lastDueAt, (line.bitrate === undefined ? now : freeAt) + line.delayMs);
    waiting.push({ dueAt: lastDueAt, pass });
    timer ??= setTimeout(sendDue, Math.max(0, lastDueAt - now));
    return true;
  }

  function sendDue(): void {
    const now = performance.now();
    const firstLater = waiting.findIndex(({ dueAt }) => dueAt > now);
    const due = waiting.splice(0, firstLater < 0 ? waiting.length : firstLater);
    timer = waiting[0] && setTimeout(sendDue, waiting[0].dueAt - now);
    for (const { pass } of due) pass();
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    lastDueAt = 0;
    freeAt = 0;
    for (const { pass } of waiting.splice(0)) pass();
  }

  function clear(): void {
    waiting = [];
    flush();
  }

  return { push, flush, clear, isEmpty: () => waiting.length === 0 };
}
