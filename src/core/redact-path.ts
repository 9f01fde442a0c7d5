// Signed paths of the well-known CDNs (Akamai, CloudFront, Fastly, Bunny and their imitators), and JWTs anywhere. A list of
// paths inside a signature may be cut at its slashes, so each of its fields counts, encoded or not.
const signature =
  /(?:^|~|;|&|%7e|%3b|%26)(?:hdn[a-z]*|[a-z_-]*token_*|policy|signature|key-pair-id|expires?|exp|sig|hmac|st|md5|acl)(?:=|~|%3d|%7e)/i;
const jwt = /eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)+/g;

// What every one of them has: most paths are done with one look.
const suspect = /[=~%]|eyJ/;

/** A path without the signatures that CDNs put into paths. */
export function redactPath(path: string): string {
  if (!suspect.test(path)) return path;
  return path
    .split('/')
    .map((segment) => (signature.test(segment) ? 'REDACTED' : segment))
    .join('/')
    .replace(jwt, 'REDACTED');
}
