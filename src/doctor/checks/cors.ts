import type { Answer, Seen } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, ok } from '../finding.ts';

/** Whether the browser lets the page read the answers. */
export function cors(seen: Seen, bare: Answer, url: string, pageOrigin: string): Finding {
  if (seen.status !== undefined) {
    const same = new URL(url).origin === pageOrigin;
    return ok('cors', same ? "the page's own origin" : `pages of ${pageOrigin} may read it`);
  }
  const missing = ['everything: players cannot read it'];
  if (isMixed(url, pageOrigin)) {
    return fix('cors', 'http, which browsers keep from https pages', 'serve it by https', missing);
  }
  const allowed = bare.headers['access-control-allow-origin'];
  const said = allowed
    ? `Access-Control-Allow-Origin: ${allowed} is not ${pageOrigin}`
    : 'no Access-Control-Allow-Origin';
  return fix('cors', said, `answer with Access-Control-Allow-Origin: ${pageOrigin}, or *`, missing);
}

function isMixed(url: string, pageOrigin: string): boolean {
  const { protocol, hostname } = new URL(url);
  // Browsers trust this machine without TLS.
  const isLoopback = /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);
  return pageOrigin.startsWith('https:') && protocol === 'http:' && !isLoopback;
}
