import type { Tape } from '../../src/core/test-tapes.ts';
import type { Recording } from './page.ts';

type About = Pick<Tape, 'about'> &
  Pick<Tape['truth'], 'answered' | 'refused' | 'withheld'> & {
    readonly browser: string;
    /** Where it was recorded: not to be kept. */
    readonly origins: readonly string[];
  };

const tenths = /^(at|ms|dns|connect|tls|wait|receive|\w*(Ms|At))$/;
// Positions in seconds, and the instants that share their names: finer than any clock of a page.
const fine = 1000;

/** A tape from a recording: it begins at 0, is rounded to 0.1 ms, and names no place. */
export function cut({ player, events, witness }: Recording, about: About): Tape {
  const { browser, origins, withheld, answered, refused } = about;
  const start = Math.min(...events.map(({ at }) => at));
  const shift = (at: number) => at - start;
  const truth: Tape['truth'] = {
    askedAt: shift(witness.askedAt),
    firstFrameAt: shift(witness.firstFrameAt),
    gaps: witness.gaps.map(({ from, ms }) => ({ from: shift(from), ms })),
    sizes: witness.sizes.map(({ at, height }) => ({ at: shift(at), height })),
    ...(withheld && { withheld: { from: shift(withheld.from), to: shift(withheld.to) } }),
    seeks: witness.seeks.map((seek) => ({ ...seek, at: shift(seek.at), shownAt: shift(seek.shownAt) })),
    startSec: witness.startSec,
    endSec: witness.endSec,
    pauses: witness.pauses.map(({ from, to }) => ({ from: shift(from), to: shift(to) })),
    answered,
    refused,
    ...(witness.fatal && { fatal: { ...witness.fatal, at: shift(witness.fatal.at) } }),
    ...(witness.endedAt !== undefined && { endedAt: shift(witness.endedAt) }),
    leftAt: shift(witness.leftAt),
  };
  const tape = {
    about: about.about,
    recorded: { player, browser },
    truth,
    events: events.map((event) => ({ ...event, at: shift(event.at) })),
  };
  const text = origins.reduce((json, origin) => json.replaceAll(origin, 'http://origin.test'), JSON.stringify(tape));
  return JSON.parse(text, (key, value) => (typeof value === 'number' ? round(key, value) : value));
}

function round(key: string, value: number): number {
  const per = tenths.test(key) ? 10 : fine;
  return Math.round(value * per) / per;
}
