import type { WhepFacts } from '../facts.ts';
import { isAnswer } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';
import { cors, isMixed } from './cors.ts';
import { traceparentHeader, whyRefused } from './traceparent-header.ts';

/** Whether a page can begin and end a session there. A refusal of the offer is what a healthy server says. */
export function whep(facts: WhepFacts, pageOrigin: string): (Finding | undefined)[] {
  const { url, inPage, preflight, bare } = facts;
  if (!isAnswer(bare)) {
    return [fix('reach', `no answer: ${bare.error}`, 'see that the name resolves and the server listens')];
  }
  if ([404, 405].includes(bare.status) || bare.status >= 500) {
    return [fix('reach', `POST answers ${bare.status}`, 'see that this is the WHEP endpoint of a stream that is on')];
  }
  const isOpen = inPage.bare.status !== undefined;
  const allowed = bare.headers['access-control-allow-origin'] !== undefined;
  const refusedBefore = !isOpen && allowed && preflight !== undefined && !isMixed(url, pageOrigin);
  return [
    refusedBefore
      ? fix(
          'cors',
          `preflight refused: ${whyRefused(preflight, pageOrigin, 'content-type')}`,
          'answer OPTIONS with 204, Access-Control-Allow-Methods: POST, PATCH, DELETE and Access-Control-Allow-Headers: content-type, traceparent',
          ['everything: players cannot connect'],
        )
      : cors(inPage.bare, bare, url, pageOrigin),
    traceparentHeader(facts, pageOrigin),
    isOpen ? location(bare.headers, preflight === undefined) : undefined,
  ];
}

function location(headers: Readonly<Record<string, string>>, isOwnOrigin: boolean): Finding {
  const exposed = (headers['access-control-expose-headers'] ?? '').toLowerCase().split(/\s*,\s*/);
  if (isOwnOrigin || exposed.includes('location') || exposed.includes('*')) {
    return ok('location', 'pages may read where the session is, and end it');
  }
  // The answer to a good offer may expose it all the same.
  return note(
    'location',
    'a refusal does not expose Location: if a 201 does not either, pages cannot end their sessions',
  );
}
