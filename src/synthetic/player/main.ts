import type { Figures } from '../../core/snapshot.ts';
import { hasPicture } from '../figures.ts';
import type { Order, Play, Playing } from './playing.ts';

/** What the process that drives the page calls. */
export type PlayerPage = {
  /** Fetches the player itself, so that it is there before the network gets worse. */
  load(protocol: Order['protocol']): Promise<void>;
  play(order: Order): Promise<void>;
  look(): Look;
  end(): Promise<void>;
};

export type Look = {
  readonly figures: Figures | undefined;
  /** What ended the playback, for people. */
  readonly problem: string | undefined;
};

const players: Record<Order['protocol'], () => Promise<{ readonly play: Play }>> = {
  hls: () => import('./hls.ts'),
  dash: () => import('./dash.ts'),
  webrtc: () => import('./webrtc.ts'),
};

let playing: Playing | undefined;
let problem: string | undefined;

const page: PlayerPage = {
  load: async (protocol) => void (await players[protocol]()),
  async play(order) {
    const video = document.querySelector('video') as HTMLVideoElement;
    const { play } = await players[order.protocol]();
    playing = await play(video, order, (sentence) => {
      problem ??= sentence;
    });
  },
  look() {
    const figures = playing?.view.snapshot();
    // A player that goes on in spite of it has no problem: what failed is among its errors.
    const goesOn = figures && hasPicture(figures) && !figures.errors.fatal;
    return { figures, problem: goesOn ? undefined : problem };
  },
  async end() {
    await playing?.view.detach();
    await playing?.end();
  },
};

Object.assign(globalThis, { playscopePage: page });
