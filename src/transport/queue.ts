import type { Signal } from './transport.ts';

/** One request body on its way. */
export type Item = {
  readonly signal: Signal;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly expiresAt: number;
  /** Set once compressed; the plain form stays, since a beacon cannot say that it is compressed. */
  gz?: Uint8Array<ArrayBuffer> | undefined;
  packing?: Promise<void>;
  /** Requests under way with this body. */
  flights: number;
  /** One of them outlives the page. */
  kept: boolean;
  /** Requests so far that outlive the page. */
  keeps: number;
  beaconed: boolean;
};

const MAX_BYTES = 1 << 20;
const MAX_ITEMS = 100;

/**
 * A queue of at most 1 MiB (of plain JSON) and 100 items, in order of importance: metrics before traces, the oldest
 * first. Above that the oldest traces go first, then the oldest metrics.
 */
export function queue() {
  let items: Item[] = [];
  let bytes = 0;
  const remove = (item: Item) => {
    const kept = items.filter((other) => other !== item);
    const found = kept.length < items.length;
    if (found) bytes -= item.plain.length;
    items = kept;
    return found;
  };
  return {
    /** @returns how many items had to go for this one. */
    add(item: Item): number {
      const place = item.signal === 'metrics' ? items.findIndex((other) => other.signal === 'traces') : -1;
      items.splice(place < 0 ? items.length : place, 0, item);
      bytes += item.plain.length;
      let gone = 0;
      while (bytes > MAX_BYTES || items.length > MAX_ITEMS) {
        // What is under way may yet arrive.
        const idle = items.filter((other) => !other.flights);
        remove((idle.find((other) => other.signal === 'traces') ?? idle[0] ?? items[0]) as Item);
        gone += 1;
      }
      return gone;
    },
    /** @returns whether the item was still in the queue. */
    remove,
    /** The most important item that no request carries. */
    next: () => items.find((item) => !item.flights),
    items: (): readonly Item[] => items,
    /** Removes what has waited too long. @returns how many. */
    expire(now: number): number {
      const late = items.filter((item) => !item.flights && item.expiresAt < now);
      late.forEach(remove);
      return late.length;
    },
    /** @returns how many items are lost. */
    clear(): number {
      const { length } = items;
      items = [];
      bytes = 0;
      return length;
    },
  };
}
