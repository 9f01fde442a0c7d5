import type { Snapshot } from 'playscope';
import { kilobits, percent, seconds, unknown } from './quantities.ts';
import { connectionRows, sentRows } from './webrtc-rows.ts';

export type Row = readonly [name: string, text: string];

const stateWords: Record<Snapshot['state'], string> = {
  preloading: 'Waiting to play',
  starting: 'Starting',
  playing: 'Playing',
  seeking: 'Seeking',
  rebuffering: 'Stalled',
  paused: 'Paused',
  ended: 'Ended',
  failed: 'Failed',
  quit: 'Left',
};

/** How a viewing stands, for a person and for the style sheet. */
export function stateOf(s: Snapshot): { readonly state: string; readonly words: string } {
  if (isBroadcast(s)) {
    const isOn = s.webrtc?.state === 'connected';
    return { state: isOn ? 'playing' : 'rebuffering', words: isOn ? 'Sending' : `Sending: ${s.webrtc?.state}` };
  }
  return { state: s.state, words: stateWords[s.state] ?? s.state };
}

/** The figures of a snapshot as a person reads them. */
export function rowsOf(s: Snapshot): readonly Row[] {
  if (s.webrtc && isBroadcast(s)) return [...sentRows(s.webrtc), ...ending(s)];
  const { stalls, rendition, frames } = s;
  const open = stalls.current ? `, now ${seconds(stalls.current.durationSec)} (${stalls.current.cause})` : '';
  const stallCount = stalls.count + (stalls.current ? 1 : 0);
  const size = rendition ? `${rendition.height ?? unknown}p` : unknown;
  return [
    ['Live latency', seconds(s.liveLatencySec, s.webrtc ? 2 : 1)],
    ...(s.webrtc ? [] : [['Buffer ahead', seconds(s.bufferSec)] as const]),
    ['On screen', s.webrtc ? size : `${size}${rendition ? ` at ${kilobits(rendition.bitrate)}` : ''}`],
    ['Startup', s.startup.durationSec === null ? resultOf(s) : seconds(s.startup.durationSec, 2)],
    ['Stalls', stalls.durationSec ? `${stallCount}, ${seconds(stalls.durationSec)} in all${open}` : 'none'],
    ['Stall ratio', percent(stalls.ratio)],
    ['Watched', seconds(s.media.playedSec)],
    ...(s.webrtc ? connectionRows(s.webrtc) : fetchRows(s)),
    ['Dropped frames', `${frames.dropped} of ${frames.rendered + frames.dropped}`],
    ...ending(s),
  ];
}

function fetchRows({ media, switches, requests }: Snapshot): readonly Row[] {
  return [
    ['Average bitrate', kilobits(media.averageBitrate)],
    ['Switches', `${switches.up} up, ${switches.down} down`],
    ['Requests', `${requests.count}, ${requests.failed} failed`],
    ['Last fetch', fetched(requests.last)],
  ];
}

function ending(s: Snapshot): readonly Row[] {
  return [
    ['Errors', s.errors.fatal ? `${s.errors.count}, fatal: ${s.errors.fatal}` : String(s.errors.count)],
    ['Player', s.player === s.protocol ? s.player : `${s.player} (${s.protocol})`],
  ];
}

function fetched(last: Snapshot['requests']['last']): string {
  if (!last) return unknown;
  const how = last.result === 'ok' ? `${Math.round(last.bytes / 1000)} kB` : (last.status ?? last.result);
  return `${last.objectType}: ${how} in ${Math.round(last.durationSec * 1000)} ms`;
}

function resultOf({ startup: { result } }: Snapshot): string {
  return result === 'none' ? unknown : result;
}

/** A connection that only sends is nobody's viewing. */
function isBroadcast({ webrtc }: Snapshot): boolean {
  return webrtc !== null && webrtc.streams.length > 0 && webrtc.streams.every(({ direction }) => direction === 'sent');
}
