/** Which requests carry a `traceparent` header. */
export type Propagation = {
  allows(url: string): boolean;
  /** Learns from an answer: whether the origin keeps to itself, and whether our header did harm. */
  answered(url: string, answer: { finalUrl?: string | undefined; refused: boolean; injected: boolean }): void;
};

export type Propagate = 'same-origin' | 'off' | readonly string[];

/**
 * A header of ours must never break playback. It goes to allowed origins only, not before an answer without it has shown
 * that the origin does not redirect elsewhere (a CDN that refuses the header then fails the request with status 0), and
 * never again to an origin after a request with it failed that way.
 */
export function propagation(propagate: Propagate, pageOrigin: string): Propagation {
  const allowed = new Set(propagate === 'off' ? [] : propagate === 'same-origin' ? [pageOrigin] : propagate);
  // Sandboxed pages and local files, data: and blob: URLs: opaque, so never the same.
  allowed.delete('null');
  const proven = new Set<string>();
  return {
    allows(url) {
      return proven.has(originOf(url));
    },
    answered(url, { finalUrl, refused, injected }) {
      const origin = originOf(url);
      if (!allowed.has(origin)) return;
      if (refused && injected) {
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
