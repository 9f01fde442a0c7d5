import type { Outcome, Request } from '../core/events.ts';
import { queryPropagation } from './query-propagation.ts';

/** Origins that get a `traceparent` header. */
type Headers = 'same-origin' | 'off' | readonly string[];
/** `query`: origins that get it as a parameter of the address, which needs no preflight. `header`: default `same-origin`. */
export type Propagate = Headers | { readonly header?: Headers | undefined; readonly query: readonly string[] };

/** How a request carries the context of its span: as a header, in the query, or not at all. */
export type Propagation = {
  way(request: Request): 'header' | 'query' | undefined;
  /** Learns from an answer; `injected`: the request carried something of ours. */
  answered(request: Request, outcome: Outcome, injected: boolean): void;
};

/** @param accepts whether an address is answered well with a parameter of ours, found out apart from the player. */
export function propagation(
  propagate: Propagate,
  pageOrigin: string,
  accepts: (url: string) => Promise<boolean>,
): Propagation {
  const ways = typeof propagate === 'object' && 'query' in propagate ? propagate : { header: propagate, query: [] };
  const inHeader = headerPropagation(ways.header ?? 'same-origin', pageOrigin);
  const inQuery = queryPropagation(ways.query, accepts);
  return {
    way(request) {
      if (inHeader.allows(request.url)) return 'header';
      return inQuery.allows(request) ? 'query' : undefined;
    },
    answered(request, outcome, injected) {
      inHeader.answered(request.url, outcome, injected);
      inQuery.answered(request, outcome, injected);
    },
  };
}

/**
 * A header of ours must never break playback. It goes to allowed origins only, not before an answer without it has shown
 * that the origin does not redirect elsewhere (a CDN that refuses the header then fails the request with status 0), and
 * never again to an origin after a request with it failed that way.
 */
function headerPropagation(propagate: Headers, pageOrigin: string) {
  const allowed = new Set(propagate === 'off' ? [] : propagate === 'same-origin' ? [pageOrigin] : propagate);
  // Sandboxed pages and local files, data: and blob: URLs: opaque, so never the same.
  allowed.delete('null');
  const proven = new Set<string>();
  return {
    allows: (url: string) => proven.has(originOf(url)),
    answered(url: string, { finalUrl, errorType }: Outcome, injected: boolean) {
      const origin = originOf(url);
      if (!allowed.has(origin)) return;
      if (errorType === 'connection_failed' && injected) {
        allowed.delete(origin);
        proven.delete(origin);
      } else if (finalUrl !== undefined) {
        if (allowed.has(originOf(finalUrl))) proven.add(origin);
        else proven.delete(origin);
      }
    },
  };
}

function originOf(url: string): string {
  return new URL(url).origin;
}
