import { redactPath } from '../core/redact-path.ts';

const keyName = /^[\w.[\]-]{1,32}$/;

/** The default of `redactUrl`: no user info, no fragment, no query values, no signature in the path, nothing of `data:`. */
export function redactUrl(url: URL): string {
  if (!url.host) return `${url.protocol}REDACTED`;
  // A query without a name is a token itself.
  const keys = [...url.searchParams].map(([key, value]) =>
    keyName.test(key) && /[^=]/.test(value) ? `${key}=REDACTED` : 'REDACTED',
  );
  return `${url.protocol}//${url.host}${redactPath(url.pathname)}${keys.length ? `?${keys.join('&')}` : ''}`;
}

/** Redacts by the page's own function; where that throws or does not answer the default decides, as it gives away least. */
export function redactor(given: ((url: URL) => string) | undefined): (url: string) => string {
  return (text) => {
    const url = new URL(text);
    try {
      const redacted = given?.(new URL(text));
      if (typeof redacted === 'string') return redacted;
    } catch {
      // As documented: the default decides.
    }
    return redactUrl(url);
  };
}
