import { backoff } from './backoff.ts';
import { gzip } from './gzip.ts';
import type { HeaderSource } from './headers.ts';
import { headerSource } from './headers.ts';
import type { Item } from './queue.ts';
import { queue } from './queue.ts';
import type { Outcome } from './request.ts';
import { nativeFetch, post } from './request.ts';
import { split } from './split.ts';
import { within } from './within.ts';

export type Signal = 'metrics' | 'traces';

/** One complete OTLP/JSON request body. */
export type Batch = { readonly signal: Signal; readonly body: string };

/** Batches that will not arrive, by reason, since the start. */
export type Dropped = Readonly<Record<'queue_full' | 'refused' | 'too_large' | 'gave_up', number>>;

export type TransportOptions = { readonly endpoint: string; readonly headers?: HeaderSource | undefined };

export type Transport = {
  /** Queues a batch. It goes out compressed, one request at a time, and again on passing failures for up to 2 minutes. */
  send(batch: Batch): void;
  /** Sends these batches, the queue and what is in flight in a way that outlives the page. If the page lives on, nothing is lost. */
  leave(batches: readonly Batch[]): void;
  dropped(): Dropped;
  /** Resolves when nothing is left to send, after 10 s at most. */
  drained(): Promise<void>;
  /** Sends what is left, for at most 10 s, then ends. */
  close(): Promise<void>;
};

/** Browsers allow 64 KiB of keepalive bodies under way per page; what is above fails. Also the limit of every request. */
const KEEP_BYTES = 60 * 1024;
const MAX_KEEPS = 3;
const DEADLINE_MS = 120_000;
const CLOSE_MS = 10_000;

/** Bytes of keepalive requests under way, over all transports: the quota is the page's. */
let keptBytes = 0;

/**
 * Carries batches to an OTLP/HTTP endpoint, whatever that endpoint does: bounded memory, one request at a time, nothing
 * thrown. A batch whose request may have been cancelled is sent again, so it can arrive twice.
 *
 * @param options.endpoint base URL; `/v1/metrics` or `/v1/traces` is appended to its path.
 * @param options.headers extra request headers. While a function of them fails, batches wait.
 */
export function transport(options: TransportOptions): Transport {
  const fetcher = nativeFetch();
  const waiting = queue();
  const headers = headerSource(options.headers);
  const lost = { queue_full: 0, refused: 0, too_large: 0, gave_up: 0 };
  let sending = false;
  let ended = false;
  let failures = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;
  const onEmpty: (() => void)[] = [];

  const url = (item: Item) => options.endpoint.replace(/\/*(?=\?|$)/, `/v1/${item.signal}`);

  /** Starts compressing at once, so that on leaving most of the queue is small already. */
  function pack(item: Item): Promise<void> {
    item.packing ??= gzip(item.plain).then((gz) => {
      item.gz = gz;
    });
    return item.packing;
  }

  function add({ signal, body }: Batch): Item[] {
    if (ended) {
      lost.gave_up += 1;
      return [];
    }
    const { bodies, tooLarge } = split(body, KEEP_BYTES);
    lost.too_large += tooLarge;
    return bodies.map((plain) => {
      const item = {
        signal,
        plain,
        expiresAt: Date.now() + DEADLINE_MS,
        flights: 0,
        kept: false,
        keeps: 0,
        beaconed: false,
      };
      lost.queue_full += waiting.add(item);
      return item;
    });
  }

  async function pump(): Promise<void> {
    if (sending || ended) return;
    sending = true;
    while (!pause) {
      lost.gave_up += waiting.expire(Date.now());
      const item = waiting.next();
      if (!item) break;
      const extra = await headers.fresh().catch(() => undefined);
      await pack(item);
      // Meanwhile it may have left with the page or been dropped, or something more important has come.
      if (waiting.next() !== item) continue;
      if (extra) await attempt(item, extra, false);
      else settle(item, { retryAfterMs: 0 });
    }
    sending = false;
    if (!waiting.items().length) for (const tell of onEmpty.splice(0)) tell();
  }

  async function attempt(item: Item, extra: Record<string, string>, keepalive: boolean): Promise<void> {
    item.flights += 1;
    const outcome = await post(fetcher, url(item), item.gz ?? item.plain, {
      gzip: !!item.gz,
      keepalive,
      headers: extra,
    });
    item.flights -= 1;
    settle(item, outcome);
  }

  function settle(item: Item, outcome: Outcome): void {
    if (outcome === 'delivered') {
      failures = 0;
      waiting.remove(item);
    } else if (typeof outcome === 'string') {
      if (waiting.remove(item)) lost[outcome] += 1;
    } else if (!pause && !ended) {
      pause = setTimeout(
        () => {
          pause = undefined;
          pump();
        },
        backoff(failures++, outcome.retryAfterMs),
      );
    }
  }

  /** Sends by a request that outlives the page; by a beacon if the browser has no room for one or does not know them. */
  function keep(item: Item): void {
    const size = (item.gz ?? item.plain).length;
    if (item.kept || item.keeps >= MAX_KEEPS) return;
    if (keptBytes + size > KEEP_BYTES || !('keepalive' in Request.prototype)) {
      beacon(item);
      return;
    }
    keptBytes += size;
    item.kept = true;
    item.keeps += 1;
    attempt(item, headers.known(), true).then(() => {
      keptBytes -= size;
      item.kept = false;
      pump();
    });
  }

  /** The item stays in the queue: nobody tells whether a beacon arrives. */
  function beacon(item: Item): void {
    try {
      item.beaconed ||= navigator.sendBeacon(url(item), new Blob([item.plain], { type: 'application/json' }));
    } catch {
      // No beacon in this browser: the item waits for the page to live on.
    }
  }

  async function drained(): Promise<void> {
    const empty = new Promise<void>((resolve) => onEmpty.push(resolve));
    pump();
    await within(CLOSE_MS, empty).catch(() => {});
  }

  return {
    send(batch) {
      add(batch).forEach(pack);
      pump();
    },
    leave(batches) {
      batches.forEach(add);
      const size = waiting.items().reduce((sum, item) => sum + (item.gz ?? item.plain).length, keptBytes);
      for (const item of waiting.items()) {
        // When not all fits, half of the quota is kept for spans that become small within the next microtasks.
        if (size <= KEEP_BYTES || item.gz || item.signal === 'metrics') keep(item);
        else if (keptBytes + item.plain.length <= KEEP_BYTES / 2) keep(item);
        else pack(item).then(() => keep(item));
      }
      pump();
    },
    dropped: () => ({ ...lost }),
    drained,
    async close() {
      // What did not go in time is counted below.
      await drained();
      ended = true;
      clearTimeout(pause);
      lost.gave_up += waiting.clear();
    },
  };
}
