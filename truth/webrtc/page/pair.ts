// Two connections in one page, for what a server would only be in the way of: `far` sends, `pc` receives and is watched.
import type { AttachOptions } from 'playscope';
import { scene } from '../../../e2e/page/scene.ts';
import { follow } from './follow.ts';

export type Pair = typeof pair;

const picture = { blocks: 20 };
let sender: RTCRtpTransceiver;
let stream: MediaStream;

/** One more offer by the sender, and its answer. */
async function negotiate(options?: RTCOfferOptions) {
  const { far, pc } = window;
  await far.setLocalDescription(await far.createOffer(options));
  await pc.setRemoteDescription(far.localDescription as RTCSessionDescription);
  await pc.setLocalDescription();
  await far.setRemoteDescription(pc.localDescription as RTCSessionDescription);
}

function prefer(codec: string) {
  const { codecs = [] } = RTCRtpReceiver.getCapabilities('video') ?? {};
  const first = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${codec.toLowerCase()}`);
  sender.setCodecPreferences([...first, ...codecs.filter((each) => !first.includes(each))]);
}

const pair = {
  /** Connects the two, `tracks` sounds beside the picture; the receiver is watched by the SDK where options are given. */
  async connect(options?: AttachOptions, tracks = 1) {
    window.asked = performance.now();
    const far = new RTCPeerConnection();
    const pc = new RTCPeerConnection();
    const video = window.rtc.shows(pc);
    const view = options && window.playscope.attach(pc, { ...options, video });
    Object.assign(window, { far, pc, view, video, passed: follow(pc) });
    video.play().catch(() => {});
    for (const [from, to] of [
      [far, pc],
      [pc, far],
    ] as const)
      from.addEventListener('icecandidate', ({ candidate }) => candidate && to.addIceCandidate(candidate));
    stream = scene(picture);
    const [sound] = stream.getAudioTracks();
    const [image] = stream.getVideoTracks();
    if (!sound || !image) throw new Error('a scene without picture or sound');
    sender = far.addTransceiver(image, { direction: 'sendonly', streams: [stream] });
    prefer('VP8');
    for (let track = 0; track < tracks; track++)
      far.addTransceiver(track === 0 ? sound : sound.clone(), { direction: 'sendonly', streams: [stream] });
    await negotiate();
    await window.rtc.until('connected');
  },
  async restartIce() {
    window.far.restartIce();
    await negotiate();
  },
  /** A change of direction by a renegotiation, as a sender that pauses does it. */
  async direct(direction: 'inactive' | 'sendonly') {
    sender.direction = direction;
    await negotiate();
  },
  async replaceTrack() {
    await sender.sender.replaceTrack(scene({ ...picture, width: 640, height: 360 }).getVideoTracks()[0] ?? null);
  },
  async switchCodec(codec: 'VP8' | 'VP9') {
    prefer(codec);
    await negotiate();
  },
  isStopped: () => sender.currentDirection === 'stopped',
  async stop() {
    sender.stop();
    await negotiate();
  },
  /**
   * Nothing is sent any more, and the connection stands: what was counted can be compared. Without a track, a Firefox goes on with
   * a black picture, and without an encoding it goes on with the sound.
   */
  async silence() {
    for (const each of window.far.getSenders()) {
      const parameters = each.getParameters();
      for (const encoding of parameters.encodings) encoding.active = false;
      await each.setParameters(parameters);
      if (each.track?.kind === 'audio') await each.replaceTrack(null);
    }
    for (const track of stream.getTracks()) track.stop();
  },
};

Object.assign(globalThis, { pair });
