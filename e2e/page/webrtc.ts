// The page of a WebRTC application: it publishes by WHIP, and views by WHEP. What is measured with knows it by `window.rtc`.
import type { AttachOptions, View } from 'playscope';
import type { Scene } from './scene.ts';
import { scene } from './scene.ts';

declare global {
  interface Window {
    rtc: Rtc;
    pc: RTCPeerConnection;
  }
}

export type Rtc = typeof rtc;
export type Publishing = Scene & {
  /** Of the picture from its first frame on, bit/s; Chromium only. Default: what the browser finds out by and by. */
  readonly bitrate?: number;
};

/** Offers what the connection has, takes the answer, and gives the session's address. */
async function exchange(pc: RTCPeerConnection, url: string, view?: View, bitrate?: number): Promise<string> {
  await pc.setLocalDescription();
  await gathered(pc);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', ...(view && window.playscope.traceHeaders(view)) },
    body: pc.localDescription?.sdp ?? '',
  });
  if (answer.status !== 201) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  await pc.setRemoteDescription({ type: 'answer', sdp: withBitrate(await answer.text(), bitrate) });
  return new URL(answer.headers.get('location') ?? '', url).href;
}

/** Tells Chromium at which rate to encode: without a word from the other side it begins low and takes half a minute to rise. */
function withBitrate(sdp: string, bitrate?: number): string {
  if (!bitrate) return sdp;
  const kbps = bitrate / 1000;
  const rates = ['start', 'min', 'max'].map((which) => `x-google-${which}-bitrate=${kbps}`).join(';');
  return sdp.replace(/(a=rtpmap:(\d+) VP8\/90000\r\n)/, `$1a=fmtp:$2 ${rates}\r\n`);
}

function gathered(pc: RTCPeerConnection): Promise<void> {
  return new Promise((done) => {
    const look = () => pc.iceGatheringState === 'complete' && done();
    pc.addEventListener('icegatheringstatechange', look);
    look();
  });
}

/** VP8, which every browser has; then what repairs it. */
function preferVp8(transceiver: RTCRtpTransceiver) {
  const { codecs = [] } = RTCRtpReceiver.getCapabilities('video') ?? {};
  transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => /\/(VP8|rtx)$/i.test(mimeType)));
}

function shows(pc: RTCPeerConnection): HTMLVideoElement {
  const video = document.querySelector('video') as HTMLVideoElement;
  const stream = new MediaStream();
  video.srcObject = stream;
  pc.addEventListener('track', ({ track }) => stream.addTrack(track));
  return video;
}

// What a publisher sends, also while it is hushed.
const tracks = new Map<RTCRtpSender, MediaStreamTrack | null>();

const rtc = {
  shows,
  /** Sends a moving picture and a tone; resolves when the connection is up. */
  async publish(url: string, { bitrate, ...picture }: Publishing, options?: AttachOptions): Promise<string> {
    const pc = new RTCPeerConnection();
    const view = options && window.playscope.attach(pc, options);
    Object.assign(window, { pc, view });
    const stream = scene(picture);
    for (const track of stream.getTracks()) {
      const transceiver = pc.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
      if (track.kind === 'video') preferVp8(transceiver);
    }
    const session = await exchange(pc, url, view, bitrate);
    await rtc.until('connected');
    return session;
  },
  /** Sends nothing for a while, or again. */
  async hush(quiet: boolean): Promise<void> {
    for (const sender of window.pc.getSenders()) {
      if (sender.track) tracks.set(sender, sender.track);
      await sender.replaceTrack(quiet ? null : (tracks.get(sender) ?? null));
    }
  },
  /** Receives picture and sound; resolves with the session's address when the answer is there. */
  async view(url: string, options: AttachOptions): Promise<string> {
    window.asked = performance.now();
    const pc = new RTCPeerConnection();
    const video = shows(pc);
    const view = window.playscope.attach(pc, { ...options, video });
    Object.assign(window, { pc, view, video });
    video.play().catch(() => {});
    preferVp8(pc.addTransceiver('video', { direction: 'recvonly' }));
    pc.addTransceiver('audio', { direction: 'recvonly' });
    return exchange(pc, url, view);
  },
  until: (state: RTCPeerConnectionState) =>
    new Promise<void>((done) => {
      const look = () => window.pc.connectionState === state && done();
      window.pc.addEventListener('connectionstatechange', look);
      look();
    }),
};

Object.assign(globalThis, { rtc });
