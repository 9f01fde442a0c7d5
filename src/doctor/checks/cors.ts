import type { Answer, Seen } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, ok } from '../finding.ts';

export const mixed = 'http, which browsers keep from https pages';

/** Whether the browser lets the page read the answers. */
export function cors(seen: Seen, bare: Answer, url: string, pageOrigin: string): Finding {
  if (seen.status !== undefined) {
    const same = new URL(url).origin === pageOrigin;
    return ok('cors', same ? "the page's own origin" : `pages of ${pageOrigin} may read it`);
  }
  const missing = ['everything: players cannot read it'];
  if (isMixed(url, pageOrigin)) {
    return fix('cors', mixed, 'serve it by https', missing);
  }
  const allowed = bare.headers['access-control-allow-origin'];
  const said = allowed
    ? `Access-Control-Allow-Origin: ${allowed} is not ${pageOrigin}`
    : 'no Access-Control-Allow-Origin';
  return fix('cors', said, `answer with Access-Control-Allow-Origin: ${pageOrigin}, or *`, missing);
}

/** Whether a browser takes it for an insecure request of a secure page, and does not make it. */
export function isMixed(url: string, pageOrigin: string): boolean {
  const { protocol, hostname } = new URL(url);
  // Browsers trust this machine without TLS.
  const isLoopback = /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);
  return pageOrigin.startsWith('https:') && protocol === 'http:' && !isLoopback;
}
