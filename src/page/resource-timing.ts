import type { Phases, Served } from '../core/events.ts';

/** What Resource Timing told about one request; a field is absent where the browser does not tell. */
export type Timing = {
  readonly phases?: Phases;
  readonly cache?: 'hit' | 'miss' | 'local';
  /** The first byte of the answer, its header included. */
  readonly firstByteAt?: number;
  readonly lastByteAt?: number;
  /** HTTP status. */
  readonly status?: number;
  readonly served?: Served;
};

const kept = 64;
const startSlackMs = 1;
const endSlackMs = 50;

let observer: PerformanceObserver | undefined;
let entries: PerformanceResourceTiming[] = [];
let users = 0;

/**
 * Listens while anyone wants it. An observer of its own, as the page's buffer holds 250 entries and is the page's to clear.
 */
export function observeResources(signal: AbortSignal): void {
  if (typeof PerformanceObserver === 'undefined' || signal.aborted) return;
  if (!observer) {
    const fresh = new PerformanceObserver((list) => keep(list.getEntries()));
    fresh.observe({ type: 'resource' });
    observer = fresh;
  }
  users += 1;
  signal.addEventListener('abort', () => {
    users -= 1;
    if (users > 0) return;
    observer?.disconnect();
    observer = undefined;
    entries = [];
  });
}

function keep(more: PerformanceEntryList) {
  entries = [...entries, ...(more as PerformanceResourceTiming[])].slice(-kept);
}

/**
 * Takes the entry of the request that was sent and ended at these instants (ms); the nearest start wins, as retries and
 * ranges share a URL. Empty when there is none.
 */
export function claimTiming(url: string, sentAt: number, endedAt: number): Timing {
  if (!observer) return {};
  // Delivery may come milliseconds later, but the record is there when the last byte is.
  keep(observer.takeRecords());
  const fits = entries.filter(
    (entry) =>
      entry.name === url && entry.startTime >= sentAt - startSlackMs && entry.responseEnd <= endedAt + endSlackMs,
  );
  const [found] = fits.sort((a, b) => a.startTime - b.startTime);
  if (!found) return {};
  entries = entries.filter((entry) => entry !== found);
  return timing(found);
}

function timing(entry: PerformanceResourceTiming): Timing {
  // Safari has no status yet, and 0 is none.
  const told = {
    lastByteAt: entry.responseEnd,
    ...(entry.responseStatus && { status: entry.responseStatus }),
    ...servedBy(entry),
  };
  // Cross-origin without Timing-Allow-Origin: all zero, which means unknown.
  if (entry.requestStart === 0) return told;
  const span = (from: number, to: number) => (to > from && from > 0 ? to - from : undefined);
  const phases = {
    dns: span(entry.domainLookupStart, entry.domainLookupEnd),
    connect: span(entry.connectStart, entry.connectEnd),
    tls: span(entry.secureConnectionStart, entry.connectEnd),
    wait: span(entry.requestStart, entry.responseStart),
    receive: span(entry.responseStart, entry.responseEnd),
    protocol: entry.nextHopProtocol || undefined,
  };
  const cache = cacheOf(entry);
  const answered = entry.responseStart > 0 && { firstByteAt: entry.responseStart };
  return { ...told, phases, ...(cache && { cache }), ...answered };
}

function servedBy({ serverTiming = [] }: PerformanceResourceTiming): Pick<Timing, 'served'> {
  const said = (name: string) => serverTiming.find((each) => each.name === name)?.description || undefined;
  const [traceparent, publish, at] = [said('traceparent'), said('publish'), Number(said('at'))];
  const served = { traceparent, publish, atMs: at > 0 ? at : undefined };
  return traceparent || publish || at > 0 ? { served } : {};
}

function cacheOf({ transferSize, decodedBodySize, serverTiming = [] }: PerformanceResourceTiming): Timing['cache'] {
  if (transferSize === 0 && decodedBodySize > 0) return 'local';
  const said = serverTiming.find(({ name }) => /^cdn-?cache$/i.test(name))?.description;
  if (said === undefined) return undefined;
  return /hit/i.test(said) ? 'hit' : 'miss';
}
