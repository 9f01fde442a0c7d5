import type { Kind } from './session.ts';

/** What an RTP packet carries; `isRtx`: a retransmission of it. */
export type Carried = { readonly kind: Kind; readonly isRtx: boolean };

/** What each payload type of a session description stands for. */
export function readPayloadTypes(sdp: string): ReadonlyMap<number, Carried> {
  const types = new Map<number, Carried>();
  let kind: Kind | undefined;
  for (const text of sdp.split(/\r?\n/)) {
    if (text.startsWith('m=')) kind = (['audio', 'video'] as const).find((each) => text.startsWith(`m=${each} `));
    const [, type, codec] = text.match(/^a=rtpmap:(\d+) ([^/]+)/) ?? [];
    if (kind && codec) types.set(Number(type), { kind, isRtx: codec.toLowerCase() === 'rtx' });
  }
  return types;
}

/**
 * What a datagram carries, where it is RTP: the header is in the clear. STUN, DTLS and RTCP share the socket with it
 * and are told apart by their first bytes (RFC 7983, RFC 5761).
 */
export function carriedBy(datagram: Uint8Array, types: ReadonlyMap<number, Carried>): Carried | undefined {
  const [first = 0, second = 0] = datagram;
  const isRtcp = second >= 192 && second <= 223;
  return first >= 128 && first <= 191 && !isRtcp ? types.get(second & 0x7f) : undefined;
}
