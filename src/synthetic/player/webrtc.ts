import { attach, traceHeaders } from '../../index.ts';
import type { Play } from './playing.ts';

const longestGatheringMs = 2000;

/** A viewer by WHEP: one offer with all candidates, one answer, and a DELETE at the end. */
export const play: Play = async (video, { url, attach: options }, say) => {
  const connection = new RTCPeerConnection();
  const view = attach(connection, { ...options, video });
  const media = new MediaStream();
  connection.addEventListener('track', ({ track }) => {
    media.addTrack(track);
    video.srcObject = media;
    void video.play().catch(() => {});
  });
  connection.addEventListener('connectionstatechange', () => {
    if (connection.connectionState === 'failed') say('The peer connection failed: no way for the packets (ICE)');
  });
  for (const kind of ['video', 'audio']) connection.addTransceiver(kind, { direction: 'recvonly' });
  const session = await exchange(connection, url, traceHeaders(view)).catch((error: Error) => {
    say(error.message);
    connection.close();
    return undefined;
  });
  async function end() {
    if (session) await fetch(session, { method: 'DELETE', keepalive: true }).catch(() => {});
    connection.close();
  }
  return { view, end };
};

/** Resolves to the address of the session. */
async function exchange(connection: RTCPeerConnection, url: string, headers: HeadersInit): Promise<string> {
  await connection.setLocalDescription();
  await gathered(connection);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', ...headers },
    body: connection.localDescription?.sdp ?? '',
  }).catch(() => {
    throw new Error(`The offer did not reach ${url}: the network, or CORS, refused it`);
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} to the offer: ${text.trim().slice(0, 200)}`);
  await connection.setRemoteDescription({ type: 'answer', sdp: text });
  return new URL(response.headers.get('location') ?? '', url).href;
}

/** The offer carries all candidates, or those that were found in time. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const look = () => connection.iceGatheringState === 'complete' && resolve();
    connection.addEventListener('icegatheringstatechange', look);
    setTimeout(resolve, longestGatheringMs);
    look();
  });
}
