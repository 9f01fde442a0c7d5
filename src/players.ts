import type { Adapter } from './adapters/adapter.ts';
import type { Dash } from './adapters/dash.ts';
import { dash } from './adapters/dash.ts';
import type { Hls } from './adapters/hls.ts';
import { hls } from './adapters/hls.ts';
import { native } from './adapters/media.ts';
import { webrtc } from './adapters/webrtc.ts';

/** What can be attached. */
export type Player = Hls | Dash | HTMLMediaElement | RTCPeerConnection;

export const players: readonly (
  | Adapter<Hls>
  | Adapter<Dash>
  | Adapter<RTCPeerConnection>
  | Adapter<HTMLMediaElement>
)[] = [hls, dash, webrtc, native];
