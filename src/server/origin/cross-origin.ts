/** Pages of which origins may read answers and their timing: every one, or these. */
export type AllowOrigin = '*' | readonly string[];

/** A header of an answer beside the application's: `joins` what that says in the same header, or else gives way to it. */
export type Addition = readonly [name: string, value: string, joins: boolean];

const preflightHeaders = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PATCH, DELETE, OPTIONS',
  'Access-Control-Allow-Headers':
    'traceparent, tracestate, range, content-type, authorization, if-match, if-none-match',
  // As long as browsers keep it at most: a day in Firefox, two hours in Chromium.
  'Access-Control-Max-Age': '86400',
};
const openToAll: readonly Addition[] = [
  ['Access-Control-Allow-Origin', '*', false],
  ['Timing-Allow-Origin', '*', false],
];

/**
 * What lets a page read an answer and, by Resource Timing, what it says of itself.
 *
 * @returns the headers for a request from an origin.
 */
export function openTo(allow: AllowOrigin | undefined): (origin: string | undefined) => readonly Addition[] {
  if (allow === undefined) return () => [];
  if (allow === '*') return () => openToAll;
  const origins = allow.map((each) => new URL(each).origin);
  // A media element asks without an Origin, and its page reads the timing all the same.
  const toAny: readonly Addition[] = [
    ['Vary', 'Origin', true],
    ['Timing-Allow-Origin', origins.join(', '), false],
  ];
  return (origin) =>
    origin !== undefined && origins.includes(origin)
      ? [...toAny, ['Access-Control-Allow-Origin', origin, false]]
      : toAny;
}

/** The answer to a preflight: the request may carry a context, and the browser need not ask again for long. */
export function preflight(additions: readonly Addition[]): Record<string, string> {
  return { ...Object.fromEntries(additions), ...preflightHeaders };
}

export function isPreflight(method: string | undefined, requested: unknown): boolean {
  return method === 'OPTIONS' && typeof requested === 'string';
}
