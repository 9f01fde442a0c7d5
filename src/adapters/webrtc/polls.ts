import type { Watch } from '../adapter.ts';

/** Asks a connection for its statistics, again and again, one question at a time. */
export type Polls = {
  /** Asks now, unless a question is open, and resolves when it is answered or given up; the period begins anew. */
  ask(): Promise<void>;
};

// Firefox never answers a question that is open when the connection is closed.
const patienceMs = 1000;

/**
 * Asks at once, and then `periodMs()` after each answer, until the abort. What is answered too late is not heard, and a
 * connection that fails to answer is asked again like any other.
 *
 * @param heard told of each answer, and when it came (ms of the page's clock).
 */
export function polls(
  pc: RTCPeerConnection,
  { signal, now, guard }: Watch,
  periodMs: () => number,
  heard: (report: RTCStatsReport, at: number) => void,
): Polls {
  let open: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let giveUp = () => {};

  const hear = guard(heard);

  function ask(): Promise<void> {
    clearTimeout(timer);
    open ??= answered().finally(() => {
      open = undefined;
      if (!signal.aborted) timer = setTimeout(guard(ask), periodMs());
    });
    return open;
  }

  async function answered(): Promise<void> {
    const given = new Promise<undefined>((resolve) => {
      giveUp = () => resolve(undefined);
    });
    patience = setTimeout(() => giveUp(), patienceMs);
    const asked = (async () => pc.getStats())().catch(() => undefined);
    const report = await Promise.race([asked, given]);
    clearTimeout(patience);
    if (report && !signal.aborted) hear(report, now());
  }

  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    clearTimeout(patience);
    giveUp();
  });
  guard(ask)();
  return { ask };
}
