// Signed paths of the well-known CDNs (Akamai, CloudFront, Fastly, Bunny and their imitators), and JWTs anywhere.
const signedSegment =
  /^(?:hdn[a-z]*|[a-z_-]*token|policy|signature|key-pair-id|expires?|exp|sig|hmac|st|md5|acl)[=~].*$/i;
const jwt = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** The default of `redactUrl`: no user info, no fragment, no query values, no signature in the path. */
export function redactUrl(url: URL): string {
  const path = url.pathname
    .split('/')
    .map((segment) => (signedSegment.test(segment) ? 'REDACTED' : segment))
    .join('/')
    .replace(jwt, 'REDACTED');
  const keys = [...url.searchParams.keys()].map((key) => `${encodeURIComponent(key)}=REDACTED`);
  return `${url.protocol}//${url.host}${path}${keys.length ? `?${keys.join('&')}` : ''}`;
}
