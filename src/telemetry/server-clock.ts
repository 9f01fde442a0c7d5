/** What time it is at an origin, as far as its answers tell. */
export type ServerClock = {
  /**
   * Takes in an answer: when the origin began it, by its clock (Unix ms), and when it was asked for and began to arrive, by our
   * monotonic one. Says whether it can be fresh: one from a cache was begun before it was asked for.
   */
  answered(atMs: number, sentAt: number, firstByteAt: number): boolean;
  /** Its clock minus our monotonic one, and how far that may be off; undefined before a fresh answer. */
  offset(): { readonly offsetMs: number; readonly errorMs: number } | undefined;
};

type Bounds = { readonly at: number; readonly least: number; readonly most: number };

// Of a clock that is set, old answers say nothing.
const kept = 32;
// Browsers and servers round their clocks to a millisecond.
const slackMs = 2;
// Two clocks drift apart: quartzes by less than this.
const mostDrift = 100e-6;

/**
 * No answer comes from the future, so each one, cached or not, bounds the origin's clock from below; those that are not below
 * that bound themselves were begun after they were asked for, and bound it from above. Of ours it takes the monotonic clock:
 * the wall's is read in whole milliseconds and, on a busy page, some milliseconds beside the other, which is longer than a
 * near origin needs to answer.
 */
export function serverClock(): ServerClock {
  let answers: readonly Bounds[] = [];
  const driftMs = (answer: Bounds, at: number) => Math.abs(at - answer.at) * mostDrift;
  const least = (at: number) => Math.max(...answers.map((answer) => answer.least - driftMs(answer, at)));
  const isFresh = (answer: Bounds) => answer.most >= least(answer.at) - slackMs;

  return {
    answered(atMs, sentAt, at) {
      const answer = { at, least: atMs - at, most: atMs - sentAt };
      answers = [...answers, answer].slice(-kept);
      return isFresh(answer);
    },
    offset() {
      const { at } = answers.at(-1) ?? {};
      if (at === undefined) return undefined;
      const from = least(at);
      const to = Math.min(...answers.filter(isFresh).map((answer) => answer.most + driftMs(answer, at)));
      return { offsetMs: (from + to) / 2, errorMs: Math.max(0, to - from) / 2 };
    },
  };
}
