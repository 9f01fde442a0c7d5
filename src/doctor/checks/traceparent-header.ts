import type { Answer, Seen, Silence } from '../facts.ts';
import { isAnswer } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, ok } from '../finding.ts';

type Asked = {
  readonly inPage: { readonly bare: Seen; readonly withHeader: Seen };
  readonly preflight?: Answer | Silence | undefined;
};

/** Whether a `traceparent` header costs preflights, and whether they are answered so that the request is made at all. */
export function traceparentHeader({ inPage, preflight }: Asked, pageOrigin: string): Finding | undefined {
  // Nothing can be read anyway: the reason is another one.
  if (inPage.bare.status === undefined) return undefined;
  if (preflight === undefined) return ok('traceparent-header', 'no preflight on the own origin');
  if (inPage.withHeader.status === undefined) {
    return fix(
      'traceparent-header',
      `preflight refused: ${whyRefused(preflight, pageOrigin)}`,
      'answer OPTIONS with 204 and Access-Control-Allow-Headers: traceparent, or leave this origin out of propagate',
      ['child spans of the server by header'],
    );
  }
  const keptSec = isAnswer(preflight) ? Number(preflight.headers['access-control-max-age'] ?? 5) : 5;
  return ok('traceparent-header', `one preflight a URL, answered well, kept ${keptSec} s`);
}

/** What a browser holds against an answer to its preflight. */
export function whyRefused(preflight: Answer | Silence, pageOrigin: string, header = 'traceparent'): string {
  if (!isAnswer(preflight)) return `no answer: ${preflight.error}`;
  const { status, headers } = preflight;
  const origin = headers['access-control-allow-origin'];
  const allowed = (headers['access-control-allow-headers'] ?? '').toLowerCase().split(/\s*,\s*/);
  if (status < 200 || status > 299) return `OPTIONS answers ${status}`;
  if (origin === undefined) return 'no Access-Control-Allow-Origin';
  if (origin !== '*' && origin !== pageOrigin) return `Access-Control-Allow-Origin: ${origin} is not ${pageOrigin}`;
  if (!allowed.includes(header) && !allowed.includes('*')) return `Access-Control-Allow-Headers without ${header}`;
  return 'by the browser';
}
