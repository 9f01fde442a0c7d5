import type { Bench } from './bench.ts';
import type { Measurement, Played } from './compare.ts';

/** One thing that is done, and what is to be compared afterwards. */
export type Case<At = Bench> = {
  readonly name: string;
  /** By which protocols; default: by all that the bench has. */
  readonly protocols?: readonly Played['protocol'][];
  /** In which browsers; default: in all that the bench has. */
  readonly browsers?: readonly Played['browser'][];
  /** Part of the subset that runs with the tests; where that is enough, in one browser. */
  readonly fast?: boolean | Played['browser'];
  play(bench: At): Promise<readonly Compared[]>;
};

/** A measurement before it is known by whom. */
export type Compared = Pick<Measurement, 'figure' | 'expected' | 'received'> &
  Partial<Pick<Measurement, 'case' | 'protocol'>>;
