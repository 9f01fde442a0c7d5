import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which origins may send: any, or the ones listed. */
export type AllowOrigin = '*' | readonly string[];

const usualHeaders = ['content-type', 'content-encoding', 'authorization'];
const mostAskedHeaders = 20;

/** Whether a page of this origin may send. What does not come from a page has no origin and may. */
export function maySend(request: IncomingMessage, allowed: AllowOrigin): boolean {
  const { origin } = request.headers;
  return origin === undefined || allowed === '*' || allowed.includes(origin);
}

/** Lets the page read the answer. */
export function allowSender(request: IncomingMessage, response: ServerResponse, allowed: AllowOrigin) {
  const { origin } = request.headers;
  response.setHeader('Vary', 'Origin');
  if (origin === undefined || !maySend(request, allowed)) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  // sendBeacon always sends with credentials; without this the browser drops its preflight. There are none to protect here.
  response.setHeader('Access-Control-Allow-Credentials', 'true');
}

/** Answers a preflight. Headers beyond the usual ones are allowed as they are asked for, up to twenty. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse, methods: string) {
  const asked = String(request.headers['access-control-request-headers'] ?? '')
    .slice(0, 1024)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    .slice(0, mostAskedHeaders);
  response.setHeader('Access-Control-Allow-Methods', methods);
  response.setHeader('Access-Control-Allow-Headers', [...new Set([...usualHeaders, ...asked])].join(', '));
  response.setHeader('Access-Control-Max-Age', '7200');
  response.writeHead(204).end();
}
