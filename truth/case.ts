import type { Protocol } from '../e2e/protocol.ts';
import type { Bench } from './bench.ts';
import type { Measurement } from './compare.ts';

/** One thing that is done, and what is to be compared afterwards. */
export type Case = {
  readonly name: string;
  /** Default: both. */
  readonly protocols?: readonly Protocol[];
  /** Part of the subset that runs with the tests. */
  readonly fast?: boolean;
  play(bench: Bench): Promise<readonly Compared[]>;
};

/** A measurement before it is known by whom. */
export type Compared = Pick<Measurement, 'figure' | 'expected' | 'received'> &
  Partial<Pick<Measurement, 'case' | 'protocol'>>;
