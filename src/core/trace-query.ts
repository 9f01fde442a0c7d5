/** The parameter in which the context of a fetch travels where a header may not: a `traceparent` (W3C Trace Context). */
export const traceParameter = 'playscope-traceparent';

const inQuery = new RegExp(`([?&])${traceParameter}=([^&#]*)(&?)`);

/** The URL with a context; everything else stays to the letter. */
export function withTrace(url: string, traceparent: string): string {
  const [, whole = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(withoutTrace(url)) ?? [];
  return `${whole}${whole.includes('?') ? '&' : '?'}${traceParameter}=${traceparent}${fragment}`;
}

/** The URL without a context; everything else stays to the letter. */
export function withoutTrace(url: string): string {
  return url.replace(inQuery, (_, before: string, _value, after: string) => (after ? before : ''));
}

/** The context in a URL; undefined where there is none. */
export function traceOf(url: string): string | undefined {
  return inQuery.exec(url)?.[2];
}
