/** What is known of the collector. `retryAt` and `lastAt` are Unix ms. */
export type Connection = {
  readonly state: 'connecting' | 'live' | 'lost';
  /** The last complete answer; null before the first. */
  readonly lastAt: number | null;
  readonly retryAt: number | null;
};

export type PollOptions = {
  /** One round of questions. Rejects when any of them failed; must stop when the signal aborts. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
  readonly onConnection: (connection: Connection) => void;
  /** Nothing is asked while this says false; call `wake` when it has changed. */
  readonly visible: () => boolean;
  /** Pause between two rounds. Default 2000. */
  readonly everyMs?: number;
  /** The longest pause after failures; each failure doubles it. Default 15 000. */
  readonly slowestMs?: number;
};

export type Poll = {
  /** Asks at once, in place of a round that is under way: the question has changed. */
  again(): void;
  /** Asks at once when the last answer is old and no round is under way. */
  wake(): void;
  stop(): void;
};

/** Asks in rounds, never two at a time, and slows down while nobody answers. */
export function poll({ ask, onConnection, visible, everyMs = 2000, slowestMs = 15_000 }: PollOptions): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;
  let failures = 0;
  let stopped = false;
  let connection: Connection = { state: 'connecting', lastAt: null, retryAt: null };

  function tell(next: Connection) {
    connection = next;
    onConnection(next);
  }

  function later(ms: number) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(round, ms);
  }

  async function round() {
    clearTimeout(timer);
    if (stopped || running || !visible()) return;
    const mine = new AbortController();
    running = mine;
    try {
      await ask(mine.signal);
      if (mine.signal.aborted) return;
      failures = 0;
      tell({ state: 'live', lastAt: Date.now(), retryAt: null });
    } catch {
      // Why does not matter here: whatever failed, the next round asks again, and the page says that it is out of date.
      if (mine.signal.aborted) return;
      failures += 1;
      const pauseMs = Math.min(slowestMs, everyMs * 2 ** (failures - 1));
      tell({ state: 'lost', lastAt: connection.lastAt, retryAt: Date.now() + pauseMs });
    }
    running = undefined;
    later(connection.retryAt === null ? everyMs : connection.retryAt - Date.now());
  }

  function again() {
    running?.abort();
    running = undefined;
    void round();
  }

  return {
    again,
    wake() {
      if (visible() && !running && Date.now() - (connection.lastAt ?? 0) >= everyMs) again();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      running?.abort();
    },
  };
}
