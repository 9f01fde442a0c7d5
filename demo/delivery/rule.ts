import type { BaseOrder } from '../faults/order.ts';
import { number, orderReader } from '../faults/order.ts';

const milliseconds = number('milliseconds from 0 to 600000', (v) => v >= 0 && v <= 600_000);

const ofPublications = {
  late: milliseconds,
  'slow-mux': milliseconds,
  'slow-encrypt': milliseconds,
  'slow-upload': milliseconds,
  'slow-manifest': milliseconds,
  'drop-frames': number('a share of the frames from 0 to 1', (v) => v >= 0 && v <= 1),
};

/** What a fault does to the answers or the publications that it meets. */
const effects = {
  delay: milliseconds,
  throttle: number('bytes per second from 1', (v) => v >= 1),
  status: number('an HTTP status from 200 to 599', (v) => Number.isInteger(v) && v >= 200 && v <= 599),
  truncate: number('a share of the body from 0 to 1', (v) => v >= 0 && v <= 1),
  hang: undefined,
  stale: undefined,
  ...ofPublications,
};
export type Effect = keyof typeof effects;

/** A fault as it is ordered; `value` of `delay`, `late` and `slow-*` is ms, of `throttle` bytes/s, of `truncate` and `drop-frames` a share. */
export type RuleOrder = BaseOrder & {
  readonly effect: Effect;
  /** So many requests, then no more. Default: all. */
  readonly count?: number;
};

/** Whether an effect meets publications, and no requests. */
export function isOfPublications(effect: Effect): boolean {
  return Object.hasOwn(ofPublications, effect);
}

/** The order in a parsed request body, or one sentence that says what is wrong with it. */
export const readRule = orderReader<RuleOrder>(effects, {
  count: number('a whole number from 1', (v) => Number.isInteger(v) && v > 0),
});
