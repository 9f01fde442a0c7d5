import { vi } from 'vitest';
import { CountingTarget } from '../contract.ts';

type Stat = { readonly id: string; readonly type: string } & Record<string, unknown>;

/** A peer connection for Node, under fake timers: it negotiates and receives as the test says, and counts what a browser counts. */
export class TestPeer extends CountingTarget {
  connectionState: RTCPeerConnectionState = 'new';
  iceConnectionState: RTCIceConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  currentLocalDescription: { sdp: string } | null = null;
  readonly track = Object.assign(new CountingTarget(), { id: 'track', kind: 'video', muted: false });
  readonly stats = new Map<string, Stat>();
  /** Questions that are open when it is `slow` stay so. */
  slow = false;
  fails = false;
  asked = 0;
  broken = false;
  private readonly transceivers: object[] = [];

  get peer(): RTCPeerConnection {
    return this as unknown as RTCPeerConnection;
  }

  getTransceivers() {
    if (this.broken) throw new Error('broken');
    return this.transceivers;
  }

  getReceivers() {
    return [{ track: this.track }];
  }

  setRemoteDescription() {}

  getStats() {
    this.asked += 1;
    if (this.broken) throw new Error('broken');
    const report = new Map([...this.stats].map(([id, stat]) => [id, { ...stat, timestamp: Date.now() }]));
    if (this.fails) return Promise.reject(new Error('no statistics'));
    return this.slow ? new Promise(() => {}) : Promise.resolve(report);
  }

  close() {
    this.connectionState = 'closed';
    this.signalingState = 'closed';
  }

  offer(direction = 'recvonly') {
    this.transceivers.push({ direction, currentDirection: null, receiver: { track: this.track } });
    this.become('new');
    this.dispatchEvent(new Event('signalingstatechange'));
  }

  mute(muted: boolean) {
    this.track.muted = muted;
    this.track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  }

  listeners(): number {
    return this.listening + this.track.listening;
  }

  agree(direction: string) {
    for (const transceiver of this.transceivers) Object.assign(transceiver, { currentDirection: direction });
    this.dispatchEvent(new Event('signalingstatechange'));
  }

  show(frameWidth: number, frameHeight: number) {
    this.stats.set('in', { ...(this.stats.get('in') as Stat), frameWidth, frameHeight });
  }

  become(state: RTCPeerConnectionState) {
    this.connectionState = state;
    if (state === 'connected') this.iceConnectionState = 'connected';
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  /** So much more of the incoming video. */
  count(more: Record<string, number>) {
    const before = this.stats.get('in') ?? {
      id: 'in',
      type: 'inbound-rtp',
      kind: 'video',
      ssrc: 1,
      trackIdentifier: 'track',
    };
    const next = {
      ...before,
      ...Object.fromEntries(Object.entries(more).map(([name, by]) => [name, by + Number(before[name] ?? 0)])),
    };
    this.stats.set('in', next as Stat);
  }

  /** The video comes in for a while, 20 frames and 100 packets a second. */
  async receive(ms: number) {
    for (let passed = 0; passed < ms; passed += 250) {
      this.count({ framesDecoded: 5, framesDropped: 0, packetsReceived: 25, packetsLost: 0, freezeCount: 0 });
      await vi.advanceTimersByTimeAsync(250);
    }
  }
}
