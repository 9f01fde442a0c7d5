import type { Bench } from '../../bench.ts';
import type { Opening, Viewing } from '../../viewing.ts';

/** Something that looks like a stall and is none. */
export type Quiet = {
  readonly name: string;
  readonly opening?: Opening;
  readonly fast?: boolean;
  /** Stalls that do count, where one is part of it. */
  readonly stalls?: number;
  /** It does not play before something is done. */
  readonly refused?: boolean;
  /** What is done to a player that plays. */
  act(viewing: Viewing, bench: Bench): Promise<unknown>;
};
