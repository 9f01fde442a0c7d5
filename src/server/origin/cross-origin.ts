/** Pages of which origins may read answers and their timing: every one, or these. */
export type AllowOrigin = '*' | readonly string[];

const asked = 'GET, HEAD, POST, OPTIONS';
const carried = 'traceparent, tracestate, range, content-type';

/** The headers that let a page read an answer and, by Resource Timing, what it says of itself. */
export function openTo(allow: AllowOrigin, origin: string | undefined): Record<string, string> {
  if (allow === '*') return { 'Access-Control-Allow-Origin': '*', 'Timing-Allow-Origin': '*' };
  const fits = origin !== undefined && allow.includes(origin);
  return { Vary: 'Origin', ...(fits && { 'Access-Control-Allow-Origin': origin, 'Timing-Allow-Origin': origin }) };
}

/** The answer to a preflight: it may carry a context, and the browser need not ask again for a day. */
export function preflight(allow: AllowOrigin, origin: string | undefined): Record<string, string> {
  return {
    ...openTo(allow, origin),
    'Access-Control-Allow-Methods': asked,
    'Access-Control-Allow-Headers': carried,
    'Access-Control-Max-Age': '86400',
  };
}

export function isPreflight(method: string | undefined, requested: unknown): boolean {
  return method === 'OPTIONS' && requested !== undefined && requested !== null;
}
