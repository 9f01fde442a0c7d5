import type { BaseOrder } from '../faults/order.ts';
import { number, orderReader } from '../faults/order.ts';

/** What a fault does to the media of a leg: on its way to a viewer, or on its way in from a publisher. */
const effects = {
  loss: number('a share of the packets from 0 to 1', (v) => v >= 0 && v <= 1),
  delay: number('milliseconds from 0 to 10000', (v) => v >= 0 && v <= 10_000),
  freeze: undefined,
  cap: number('bits per second from 1000', (v) => v >= 1000),
  kill: undefined,
};
export type Effect = keyof typeof effects;

/** A fault as it is ordered. `match` meets `/whep/{stream}/{session}` or `/whip/{stream}/{session}`. */
export type RuleOrder = BaseOrder & {
  readonly effect: Effect;
  /** `loss`: another seed loses other packets, of the same share. Default 1. */
  readonly seed?: number;
  /** `loss`: retransmissions are lost too. Default false. */
  readonly rtx?: boolean;
};

/** The order in a parsed request body, or one sentence that says what is wrong with it. */
export const readRule = orderReader<RuleOrder>(effects, {
  seed: number('a whole number from 0 to 4294967295', (v) => Number.isInteger(v) && v >= 0 && v < 2 ** 32),
  rtx: { expected: 'true or false', holds: (v) => typeof v === 'boolean' },
});
