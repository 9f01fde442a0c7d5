import type { RTCPeerConnection } from 'werift';
import type { SdpFragment } from './sdp-fragment.ts';
import { readFragment, withCredentials, writeFragment } from './sdp-fragment.ts';

/**
 * Takes a fragment of the other end: its candidates or, where the credentials are new, a restart of ICE, which gives the
 * fragment to answer with.
 */
export async function takeFragment(connection: RTCPeerConnection, fragment: SdpFragment): Promise<string | undefined> {
  const offer = connection.remoteDescription?.sdp ?? '';
  const isRestart = readFragment(offer)?.ufrag !== fragment.ufrag;
  if (isRestart) {
    await connection.setRemoteDescription({ type: 'offer', sdp: withCredentials(offer, fragment) });
    await connection.setLocalDescription(await connection.createAnswer());
  }
  for (const candidate of fragment.candidates) await connection.addIceCandidate(candidate);
  if (!isRestart) return undefined;
  // werift checks again by itself only as long as DTLS is not connected. One that fails is told by its state.
  for (const transport of connection.iceTransports) transport.start().catch(() => {});
  return writeFragment(connection.localDescription?.sdp ?? '');
}
