import type { Adapter } from './adapter.ts';
import type { Dash } from './dash.ts';
import { dash } from './dash.ts';
import type { Hls } from './hls.ts';
import { hls } from './hls.ts';
import { native } from './media.ts';
import { webrtc } from './webrtc.ts';

/** What can be attached: recognised by its shape, so minified builds and objects of other frames are too. */
export type Player = Hls | Dash | HTMLMediaElement | RTCPeerConnection;

const functions = (names: string) => (object: object) =>
  names.split(' ').every((name) => typeof (object as Record<string, unknown>)[name] === 'function');

const isHls = functions('on off trigger loadSource attachMedia detachMedia');
const isDash = functions('on off attachSource attachView getDashMetrics updateSettings getVersion');
const isPeerConnection = functions('getStats getReceivers getTransceivers setRemoteDescription close addEventListener');
const isMedia = functions('play pause canPlayType addEventListener');

/** The adapter for a player, or undefined when it is none that we know. A getter that throws is a player we do not know. */
export function detect(player: unknown): Adapter<never> | undefined {
  try {
    if (typeof player !== 'object' || player === null) return undefined;
    if (isHls(player) && 'config' in player && 'levels' in player) return hls as Adapter<never>;
    if (isDash(player)) return dash as Adapter<never>;
    if (isPeerConnection(player)) return webrtc as Adapter<never>;
    if (isMedia(player) && 'currentTime' in player) return native as Adapter<never>;
  } catch {
    // Not ours to report: the caller says what it expected.
  }
  return undefined;
}
