import type { Outcome, Request } from '../core/events.ts';
import { withoutTrace } from '../core/trace-query.ts';
import { claimTiming } from '../page/resource-timing.ts';
import type { Carried, Watch } from './adapter.ts';
import { nextRequestId } from './adapter.ts';

/** How an attempt ended, as far as the player tells; `endedAt` is the instant of its last byte, default now. */
export type Ended = Pick<Outcome, 'result' | 'bytes'> & Partial<Outcome> & { readonly endedAt?: number | undefined };

const mostUrls = 64;

/** Tells each request attempt twice, when it is sent and when it has ended, and counts those that failed before it. */
export function attempts({ now, emit, carry }: Watch) {
  // Failures in a row of one URL: retries live in loaders and in controllers, but the URL stays.
  const failures = new Map<string, number>();
  // What was asked for where the address carries the context: nobody but the browser's record knows it by that.
  const asked = new WeakMap<Request, string>();

  return {
    /** A URL may be relative to the page, as players take it. */
    start(described: Omit<Request, 'id' | 'retry'>, sentAt: number): Request {
      const url = new URL(described.url, document.baseURI).href;
      const request = { ...described, id: nextRequestId(), url, retry: failures.get(objectOf(url)) ?? 0 };
      emit({ type: 'request', at: sentAt, request });
      return request;
    },

    /** How the attempt is to carry its context; asked only where it then will. */
    carry(request: Request): Carried {
      const carried = carry(request);
      if (carried.url !== undefined) asked.set(request, carried.url);
      return carried;
    },

    /** What the adapter does not know, the browser's own record may tell. */
    end(request: Request, sentAt: number, { endedAt: seenAt = now(), ttfbMs: seenTtfbMs, ...seen }: Ended): void {
      const { url } = request;
      const object = objectOf(url);
      const failed = seen.result === 'failed';
      if (failed) failures.set(object, (failures.get(object) ?? 0) + 1);
      else failures.delete(object);
      if (failures.size > mostUrls) for (const oldest of failures.keys()) if (failures.delete(oldest)) break;
      const timing = claimTiming(asked.get(request) ?? url, sentAt, seenAt);
      const { phases, cache = 'unknown', served, firstByteAt, lastByteAt = seenAt } = timing;
      // Events wait for a busy page, the record does not.
      const endedAt = seen.result === 'ok' ? Math.min(seenAt, lastByteAt) : seenAt;
      const ttfbMs = firstByteAt === undefined ? seenTtfbMs : firstByteAt - sentAt;
      const status = seen.status ?? timing.status;
      const errorType = seen.errorType ?? (failed ? failureType(status, ttfbMs !== undefined) : undefined);
      const durationMs = endedAt - sentAt;
      const finalUrl = seen.finalUrl && withoutTrace(seen.finalUrl);
      const outcome: Outcome = { ...seen, finalUrl, durationMs, cache, phases, served, ttfbMs, status, errorType };
      emit({ type: 'request', at: endedAt, request, outcome });
    },
  };
}

/** What players say of themselves in the address (CMCD) is another at each attempt. */
function objectOf(url: string): string {
  const object = new URL(url);
  object.searchParams.delete('CMCD');
  return object.href;
}

/** Of a failure that was no timeout: by its HTTP status, else by how far it got. */
function failureType(status = 0, begun = false): string {
  if (status >= 400) return `http_${status}`;
  return begun || status > 0 ? 'connection_lost' : 'connection_failed';
}
