// The witness of a WebRTC page: what its connection said, what was painted, and the browser's own figures, kept without the SDK,
// which must not prove itself. Put into each page before it makes a connection.
import type { Report, Sight, StateChange } from '../sight.ts';

export type Witness = typeof witness;

type Life = { readonly createdAt: number; readonly states: StateChange[] };

const lives = new WeakMap<RTCPeerConnection, Life>();
const frames: number[] = [];

/** Every connection of the page is watched from its first moment, by a listener before all others. */
globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
  construct(Connection, args: [RTCConfiguration?], newTarget) {
    const pc: RTCPeerConnection = Reflect.construct(Connection, args, newTarget);
    const life: Life = { createdAt: performance.now(), states: [] };
    lives.set(pc, life);
    pc.addEventListener('connectionstatechange', () => {
      life.states.push({ at: performance.now(), state: pc.connectionState });
    });
    return pc;
  },
});

const video = document.querySelector('video') as HTMLVideoElement;
const see: VideoFrameRequestCallback = (_, { presentationTime }) => {
  frames.push(presentationTime);
  video.requestVideoFrameCallback(see);
};
video.requestVideoFrameCallback(see);

const kept: readonly string[] = ['inbound-rtp', 'outbound-rtp', 'candidate-pair', 'transport'];

const witness = {
  frames: () => frames.length,
  /** How long nothing new was painted, ms. */
  standsForMs: () => performance.now() - (frames.at(-1) ?? performance.now()),
  sight(): Sight {
    const { createdAt, states } = lives.get(window.pc) as Life;
    return { timeOrigin: performance.timeOrigin, createdAt, states, frames };
  },
  /** What the browser itself counts at this moment, of one connection. */
  async reports(of: 'pc' | 'far' = 'pc'): Promise<Report[]> {
    const reports: Report[] = [];
    for (const report of (await window[of].getStats()).values()) if (kept.includes(report.type)) reports.push(report);
    return reports;
  },
};

Object.assign(globalThis, { rtcWitness: witness });
