/** What is used of a peer connection: the standard's part that implementations for Node have, werift first. */
export type PeerConnection = {
  readonly connectionState: string;
  getStats(): Promise<StatsReport>;
  addEventListener(type: 'connectionstatechange', listener: () => void): void;
  removeEventListener(type: 'connectionstatechange', listener: () => void): void;
  getSenders?(): readonly object[];
};

type StatsReport = { forEach(each: (stats: unknown) => void): void };

/** One entry of a stats report; which other fields there are depends on the implementation. */
export type Stats = {
  readonly id: string;
  readonly type: string;
  /** Unix ms. */
  readonly timestamp: number;
  readonly [field: string]: unknown;
};

const answerMs = 1000;
// Calls that were never answered: a connection that has this many is not asked again.
const mostUnanswered = 3;

/** Reads the statistics; undefined when the connection refuses or does not answer within a second. Never rejects. */
export function statsReader(pc: PeerConnection): () => Promise<readonly Stats[] | undefined> {
  let unanswered = 0;

  async function ask(): Promise<readonly Stats[] | undefined> {
    try {
      const all: Stats[] = [];
      (await pc.getStats()).forEach((stats) => {
        all.push(stats as Stats);
      });
      return all;
    } catch {
      return undefined;
    } finally {
      unanswered -= 1;
    }
  }

  return async () => {
    if (unanswered >= mostUnanswered) return undefined;
    unanswered += 1;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, answerMs, undefined);
      timer.unref();
    });
    const answer = await Promise.race([ask(), late]);
    clearTimeout(timer);
    return answer;
  };
}

/** A field that has to be a number. */
export function number(stats: Stats | undefined, field: string): number | undefined {
  const value = stats?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
