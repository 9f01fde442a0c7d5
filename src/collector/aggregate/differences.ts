import type { Increase } from './series.ts';

/** A point of a sum since some start. */
export type Cumulative = {
  /** Unix ms of the sender; NaN when absent. */
  readonly start: number;
  readonly time: number;
  readonly sum: number;
  readonly buckets?: readonly number[];
};

export type Difference = { readonly increase: Increase; readonly ms: number };

const freshMs = 120_000;

/**
 * Turns cumulative points into increases, for each series of each sender. A new start or a lower value is a restart: all of
 * it is new. Points that are not newer than the last one are repeats and give undefined, and so does the first point of a
 * process that ran long before this collector: its past would be one false burst.
 *
 * @param limit most series to remember; the ones that were silent longest are forgotten first.
 * @param since Unix ms at which the collector started.
 */
export function differences(limit: number, since: number) {
  const last = new Map<string, Cumulative>();

  return {
    /** @param key names the sender and the series. */
    take(key: string, point: Cumulative, now: number): Difference | undefined {
      const before = last.get(key);
      if (before && !(point.time > before.time)) return undefined;
      last.delete(key);
      last.set(key, point);
      if (last.size > limit) for (const oldest of last.keys()) if (last.delete(oldest)) break;

      const age = point.time - point.start;
      if (!before) {
        const isNew = age <= freshMs || now - age >= since;
        return isNew ? { increase: point, ms: age } : undefined;
      }
      if (point.start !== before.start || fell(point, before)) return { increase: point, ms: age >= 0 ? age : 0 };
      const buckets = point.buckets?.map((count, i) => count - (before.buckets?.[i] ?? 0));
      const sum = point.sum - before.sum;
      return { increase: buckets ? { sum, buckets } : { sum }, ms: point.time - before.time };
    },
    size: () => last.size,
  };
}

function fell(point: Cumulative, before: Cumulative): boolean {
  return point.sum < before.sum || (point.buckets?.some((count, i) => count < (before.buckets?.[i] ?? 0)) ?? false);
}
