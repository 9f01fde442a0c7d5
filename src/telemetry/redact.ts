// Signed paths of the well-known CDNs (Akamai, CloudFront, Fastly, Bunny and their imitators), and JWTs anywhere. A list of
// paths inside a signature may be cut at its slashes, so each of its fields counts, encoded or not.
const signature =
  /(?:^|~|;|&|%7e|%3b|%26)(?:hdn[a-z]*|[a-z_-]*token_*|policy|signature|key-pair-id|expires?|exp|sig|hmac|st|md5|acl)(?:=|~|%3d|%7e)/i;
const jwt = /eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)+/g;
const keyName = /^[\w.[\]-]{1,32}$/;

/** The default of `redactUrl`: no user info, no fragment, no query values, no signature in the path, nothing of `data:`. */
export function redactUrl(url: URL): string {
  if (!url.host) return `${url.protocol}REDACTED`;
  const path = url.pathname
    .split('/')
    .map((segment) => (signature.test(segment) ? 'REDACTED' : segment))
    .join('/')
    .replace(jwt, 'REDACTED');
  // A query without a name is a token itself.
  const keys = [...url.searchParams].map(([key, value]) =>
    keyName.test(key) && /[^=]/.test(value) ? `${key}=REDACTED` : 'REDACTED',
  );
  return `${url.protocol}//${url.host}${path}${keys.length ? `?${keys.join('&')}` : ''}`;
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
