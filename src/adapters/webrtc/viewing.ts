import type { Sample } from '../../core/events.ts';
import type { RtpInterval } from '../../core/rtp.ts';
import type { Watch } from '../adapter.ts';
import { frameWait } from './first-frame.ts';
import { latencyOf, mainStream } from './main-stream.ts';
import { pictureGaps } from './picture.ts';
import type { Incoming, Reading } from './reading.ts';

/** Of an instant between two answers: the position is counted, and known with an answer only. */
export const unknown = Number.NaN;

/** What somebody sees of a connection: the words play, playing, waiting, pause and quality. */
export type Viewing = {
  /** The first frame is waited for, or the first one after a pause or a failure. */
  waits(): boolean;
  /** Negotiation may have gone on. */
  negotiated(): void;
  heard(reading: Reading, intervals: readonly RtpInterval[], at: number, rttSec: number | undefined): void;
  /** The connection failed: if a frame comes after all, the picture moves again. */
  failed(): void;
  /** Media seconds shown until the last answer. */
  position(): number;
  /** What a sample says of the picture. */
  look(): Omit<Sample, 'connection' | 'position'>;
};

/** @param whole whether it is watched from its beginning: then the wish to play is as old as the watching. */
export function viewing(pc: RTCPeerConnection, hand: Watch, whole: boolean): Viewing {
  const { signal, video, now, emit, guard } = hand;
  const page = video?.ownerDocument ?? document;
  const { timeOrigin = performance.timeOrigin } = page.defaultView?.performance ?? {};
  const skewMs = timeOrigin - performance.timeOrigin;
  const begunAt = now();

  let asked = !whole;
  let moving = false;
  let paused = false;
  let main: Incoming | undefined;
  let size = '';
  let position = 0;
  let bufferAheadSec = 0;
  let liveLatencySec: number | undefined;
  let frames = { total: 0, dropped: 0 };
  let gaps = freshGaps();
  /** The sender has stopped its picture on purpose, now or since the last look. */
  let held = false;
  const followed = new WeakSet<MediaStreamTrack>();
  const frame = frameWait(pc, video, { signal, skewMs, shown: guard(moves) });

  function freshGaps() {
    return pictureGaps({
      stops: (at) => moving && emit({ type: 'waiting', at, position: unknown, bufferAheadSec }),
      moves: (at) => moving && emit({ type: 'playing', at, position: unknown }),
    });
  }

  function ask() {
    if (!asked) emit({ type: 'play', at: begunAt });
    asked = true;
  }

  function moves(at: number) {
    if (moving || paused) return;
    ask();
    moving = true;
    emit({ type: 'playing', at, position: unknown });
  }

  function on(name: string, run: (at: number) => void) {
    const listener = guard(({ timeStamp }: Event) => run(timeStamp + skewMs));
    video?.addEventListener(name, listener, { signal, passive: true });
  }

  on('pause', (at) => {
    if (!moving || !frame.isOurs()) return;
    moving = false;
    paused = true;
    emit({ type: 'pause', at });
  });
  on('play', (at) => {
    if (!paused) return;
    paused = false;
    emit({ type: 'play', at });
    frame.next();
  });

  function hold() {
    held = true;
  }

  /** A picture that is muted or not sent for a while between two looks is not seen by them. */
  function followTracks() {
    for (const { track } of pc.getReceivers()) {
      if (followed.has(track)) continue;
      followed.add(track);
      track.addEventListener('mute', guard(hold), { signal });
    }
    if (main && !isSent(main)) hold();
  }

  function isSent({ trackIdentifier, kind }: Incoming): boolean {
    const of = pc.getTransceivers().filter(({ receiver }) => receiver.track.kind === kind);
    const { receiver, currentDirection } = of.find((each) => each.receiver.track.id === trackIdentifier) ?? of[0] ?? {};
    return receiver?.track.muted !== true && /recv/.test(currentDirection ?? 'recv');
  }

  function follow(stream: Incoming, interval: RtpInterval, at: number) {
    const { gained, seconds, kind } = interval;
    const { framesDecoded = 0, framesDropped = 0, packetsReceived = 0, freezeCount, pauseCount = 0 } = gained;
    const { totalFreezesDuration = 0, totalPausesDuration = 0 } = gained;
    const came = kind === 'video' ? framesDecoded : packetsReceived;
    const gapSec = totalFreezesDuration + totalPausesDuration;
    if (moving && came > 0) position += Math.max(0, seconds - gapSec);
    frames = { total: frames.total + framesDecoded + framesDropped, dropped: frames.dropped + framesDropped };
    bufferAheadSec = interval.jitterBufferDelaySec ?? bufferAheadSec;
    const { timestamp, lastPacketReceivedTimestamp: lastPacket } = stream;
    gaps({
      at,
      frames: came,
      gaps: freezeCount === undefined ? undefined : { count: freezeCount + pauseCount, ms: gapSec * 1000 },
      lastPacketAt: lastPacket === undefined ? undefined : at - (timestamp - lastPacket),
      expected: !held && isSent(stream),
    });
    held = false;
    return came;
  }

  function resized({ frameWidth: width, frameHeight: height, codecId }: Incoming, { codecOf }: Reading, at: number) {
    if (width === undefined || `${width}x${height}` === size) return;
    size = `${width}x${height}`;
    emit({ type: 'quality', at, rendition: { bitrate: 0, width, height, codecs: codecOf(codecId) } });
  }

  return {
    waits: () => asked && !moving && !paused,
    negotiated() {
      followTracks();
      if (!asked && receives(pc)) ask();
      if (asked && !moving) frame.next();
    },
    heard(reading, intervals, at, rttSec) {
      const before = main;
      main = mainStream(reading, video);
      // Sound stands for the viewing only where there is to be no picture.
      if (!main || (main.kind === 'audio' && receives(pc, 'video'))) return;
      const { ssrc } = main;
      if (before && before.ssrc !== ssrc) {
        if (moving) emit({ type: 'playing', at, position: unknown });
        gaps = freshGaps();
      }
      const interval = intervals.find((each) => each.type === 'inbound-rtp' && each.ssrc === ssrc);
      const came = interval ? follow(main, interval, at) : (main.framesDecoded ?? main.packetsReceived ?? 0);
      if (interval) liveLatencySec = latencyOf(main, interval, rttSec);
      resized(main, reading, at);
      if (came > 0 && !moving && !frame.tells()) moves(at);
    },
    failed() {
      moving = false;
      frame.next();
    },
    position: () => position,
    look: () => ({ bufferAheadSec, frames, liveLatencySec, hidden: page.visibilityState === 'hidden' }),
  };
}

/** Whether media comes in, as far as it is agreed or, where we offer nothing but that, as far as it is wished. */
function receives(pc: RTCPeerConnection, kind?: string): boolean {
  return pc.getTransceivers().some(({ receiver, direction, currentDirection }) => {
    if (kind !== undefined && receiver.track.kind !== kind) return false;
    return /^(recvonly|sendrecv)$/.test(currentDirection ?? '') || (!currentDirection && direction === 'recvonly');
  });
}
