// The page of a WebRTC viewer: it views by WHEP, and what the query names watches. `window.bench` is how it went.
import type { AttachOptions, View } from 'playscope';
import { sender } from './sender.ts';

declare const playscope: typeof import('playscope');
declare const WebRTCStats: new (
  options: object,
) => {
  addConnection(options: object): void;
  on(event: string, heard: (event: object) => void): void;
};

const query = new URLSearchParams(location.search);
const sink = query.get('sink') as string;
const bench = { firstFrameMs: 0, getStats: 0 };
Object.assign(window, { bench });

const getStats = RTCPeerConnection.prototype.getStats as (...args: unknown[]) => Promise<RTCStatsReport>;
RTCPeerConnection.prototype.getStats = function (this: RTCPeerConnection, ...args: unknown[]) {
  bench.getStats += 1;
  return getStats.apply(this, args);
};

const video = document.querySelector('video') as HTMLVideoElement;
video.requestVideoFrameCallback((_, { presentationTime }) => {
  bench.firstFrameMs = presentationTime;
});

/** Each as its documentation says, with its own defaults; rtcstats has put itself over RTCPeerConnection. */
const watchers: Readonly<Record<string, (pc: RTCPeerConnection) => View | undefined>> = {
  playscope(pc) {
    const options: AttachOptions = { endpoint: sink, streamId: 'main-stage', video };
    return playscope.attach(pc, options);
  },
  peermetrics(pc) {
    const stats = new WebRTCStats({});
    const send = sender(`${sink}/peermetrics`);
    for (const event of ['stats', 'timeline']) stats.on(event, send);
    stats.addConnection({ pc, peerId: 'sfu' });
    return undefined;
  },
};

async function view(url: string) {
  const pc = new RTCPeerConnection();
  const stream = new MediaStream();
  video.srcObject = stream;
  pc.addEventListener('track', ({ track }) => stream.addTrack(track));
  const watching = watchers[query.get('sdk') ?? 'none']?.(pc);
  video.play().catch(() => {});
  for (const kind of ['video', 'audio']) pc.addTransceiver(kind, { direction: 'recvonly' });
  await pc.setLocalDescription(await pc.createOffer());
  await new Promise<void>((gathered) => {
    const look = () => pc.iceGatheringState === 'complete' && gathered();
    pc.addEventListener('icegatheringstatechange', look);
    look();
  });
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', ...(watching && playscope.traceHeaders(watching)) },
    body: pc.localDescription?.sdp ?? '',
  });
  await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
}

void view(query.get('whep') as string);
