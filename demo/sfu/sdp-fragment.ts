/** ICE credentials and candidates without the rest of a description: `application/trickle-ice-sdpfrag` (RFC 8840). */
export type SdpFragment = {
  readonly ufrag: string;
  readonly pwd: string;
  readonly candidates: readonly { readonly candidate: string; readonly sdpMid: string }[];
};

/** Reads a fragment, or the same of a whole description; undefined where there are no credentials. */
export function readFragment(sdp: string): SdpFragment | undefined {
  const ufrag = fieldOf(sdp, 'ice-ufrag');
  const pwd = fieldOf(sdp, 'ice-pwd');
  if (!ufrag || !pwd) return undefined;
  const [, ...sections] = sdp.split(/^m=/m);
  const candidates = sections.flatMap((section) => {
    const sdpMid = fieldOf(section, 'mid') ?? '0';
    return [...section.matchAll(/^a=(candidate:.*?)\r?$/gm)].map(([, candidate = '']) => ({ candidate, sdpMid }));
  });
  return { ufrag, pwd, candidates };
}

/** The fragment of a description whose media share one transport: what its first section says. */
export function writeFragment(sdp: string): string {
  const [, first = ''] = sdp.split(/^m=/m);
  const [media] = first.split(/\r?\n/, 1);
  const candidates = first.match(/^a=(?:candidate|end-of-candidates).*$/gm) ?? [];
  const [ufrag, pwd, mid] = ['ice-ufrag', 'ice-pwd', 'mid'].map((name) => `a=${name}:${fieldOf(first, name)}`);
  return [ufrag, pwd, `m=${media}`, mid, ...candidates.map((text) => text.trim()), ''].join('\r\n');
}

/** A description with the credentials of a fragment, and without candidates. */
export function withCredentials(sdp: string, { ufrag, pwd }: SdpFragment): string {
  return sdp
    .replace(/^a=ice-ufrag:[^\r\n]*/gm, `a=ice-ufrag:${ufrag}`)
    .replace(/^a=ice-pwd:[^\r\n]*/gm, `a=ice-pwd:${pwd}`)
    .replace(/^a=(?:candidate|end-of-candidates)[^\r\n]*\r?\n/gm, '');
}

function fieldOf(sdp: string, name: string): string | undefined {
  return sdp.match(new RegExp(`^a=${name}:([^\\s]+)`, 'm'))?.[1];
}
