/** What time it is at an origin, as far as its answers tell. */
export type ServerClock = {
  /**
   * Takes in an answer: when the origin began it, by its clock, and when it was asked for and began to arrive, by ours (Unix ms).
   * Says whether it can be fresh: one from a cache was begun before it was asked for.
   */
  answered(atMs: number, sentMs: number, firstByteMs: number): boolean;
  /** Its clock minus ours, and how far that may be off; undefined before a fresh answer. */
  offset(): { readonly offsetMs: number; readonly errorMs: number } | undefined;
};

type Bounds = { readonly least: number; readonly most: number };

// Of clocks that are set or drift, old answers say nothing.
const kept = 32;
// Browsers and servers round their clocks to a millisecond.
const slackMs = 2;

/**
 * No answer comes from the future, so each one, cached or not, bounds the origin's clock from below; those that are not below
 * that bound themselves were begun after they were asked for, and bound it from above.
 */
export function serverClock(): ServerClock {
  let answers: readonly Bounds[] = [];
  const least = () => Math.max(...answers.map((answer) => answer.least));
  const isFresh = ({ most }: Bounds) => most >= least() - slackMs;

  return {
    answered(atMs, sentMs, firstByteMs) {
      const answer = { least: atMs - firstByteMs, most: atMs - sentMs };
      answers = [...answers, answer].slice(-kept);
      return isFresh(answer);
    },
    offset() {
      const fresh = answers.filter(isFresh);
      if (fresh.length === 0) return undefined;
      const [from, to] = [least(), Math.min(...fresh.map(({ most }) => most))];
      return { offsetMs: (from + to) / 2, errorMs: Math.max(0, to - from) / 2 };
    },
  };
}
