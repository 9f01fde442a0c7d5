import type { ConnectionSample, ConnectionState } from '../core/connection.ts';
import type { RtpSeen } from '../core/rtp.ts';
import { rtpIntervals } from '../core/rtp.ts';
import type { Adapter, Look, Watch } from './adapter.ts';
import { can } from './adapter.ts';
import { onClose } from './webrtc/closing.ts';
import { polls } from './webrtc/polls.ts';
import { readingOf } from './webrtc/reading.ts';
import { roundTrips } from './webrtc/round-trip.ts';
import { unknown, viewing } from './webrtc/viewing.ts';

/**
 * A peer connection. A MediaStream's playhead runs on over a frozen picture, so that words come from counters:
 *
 * | connection                                             | word                             |
 * |--------------------------------------------------------|----------------------------------|
 * | attached                                               | load                             |
 * | negotiated to receive                                  | play, dated back to the attach   |
 * | first frame in the element; else, decoded; else, sound | playing                          |
 * | freezes and pauses that getStats counts                | waiting, playing, dated back     |
 * | no frame and no packet for a second                    | waiting                          |
 * | the element is paused and plays again                  | pause, play                      |
 * | another size of the picture                            | quality                          |
 * | connectionState failed                                 | error, fatal                     |
 * | every answer of getStats; each change of state         | sample                           |
 * | close()                                                | quit                             |
 *
 * A connection that only sends is no viewing: it has samples alone.
 */
export const webrtc: Adapter<RTCPeerConnection> = {
  protocol: 'webrtc',
  playerName: 'webrtc',
  blind: ['requests', 'declared bitrates', 'live latency beyond the clock of the sender reports'],
  kind: 'an RTCPeerConnection',
  recognises: (player) =>
    can(player, 'getStats getReceivers getTransceivers setRemoteDescription close addEventListener'),
  watch,
};

const manyTracks = 10;
const period = { fewMs: 2000, manyMs: 5000, startMs: 250 };
// A picture that does not come is not worth asking for often.
const longestStartMs = 30_000;

function watch(pc: RTCPeerConnection, hand: Watch): Look {
  const { signal, video, now, emit, guard } = hand;
  const begunAt = now();
  const picture = viewing(pc, hand, ['new', 'connecting'].includes(stateOf(pc)));
  const roundTrip = roundTrips();
  let state: ConnectionState | undefined;
  let seen: RtpSeen | undefined;
  let rttSec: number | undefined;
  let streams = 0;
  /** When the page closed it; the last numbers may still be on their way. */
  let closedAt: number | undefined;
  let over = false;

  function tell(at: number, more: Omit<ConnectionSample, 'state'> = {}, is = stateOf(pc)) {
    const iceConnected = ['connected', 'completed'].includes(pc.iceConnectionState);
    const position = more.streams ? picture.position() : unknown;
    emit({ type: 'sample', at, position, ...picture.look(), connection: { state: is, iceConnected, ...more } });
  }

  /** Something about the connection may be another. */
  function look(at: number) {
    if (closedAt !== undefined || over) return;
    const before = state;
    state = stateOf(pc);
    if (state === 'closed') return quit(at);
    picture.negotiated();
    tell(at, { iceUfrag: iceUfragOf(pc) });
    // What a stream did is gone with it, so that it is asked for before it may go.
    if ((state === 'connected' && before !== 'connected') || pc.signalingState !== 'stable') void statistics.ask();
    if (state !== 'failed' || before === 'failed') return;
    emit({ type: 'error', at, errorType: 'connection_failed', fatal: true, message: 'the peer connection failed' });
    picture.failed();
  }

  function ends(at: number) {
    if (!over) tell(at, {}, 'closed');
    over = true;
  }

  function quit(at: number) {
    ends(at);
    emit({ type: 'quit', at, reason: 'destroyed' });
  }

  function heard(report: RTCStatsReport, at: number) {
    const reading = readingOf(report);
    const step = rtpIntervals(reading.streams, seen);
    seen = step.seen;
    streams = reading.streams.length;
    const fresh = roundTrip(reading);
    rttSec = fresh ?? rttSec;
    picture.heard(reading, step.intervals, at, rttSec);
    // What it did up to its end still counts.
    tell(
      at,
      { streams: step.intervals, pair: reading.pair, rttSec: fresh },
      closedAt === undefined ? stateOf(pc) : state,
    );
    if (stateOf(pc) === 'closed') look(at);
  }

  function periodMs() {
    const starts = picture.waits() && stateOf(pc) === 'connected' && now() - begunAt < longestStartMs;
    if (starts) return period.startMs;
    return streams > manyTracks ? period.manyMs : period.fewMs;
  }

  emit({ type: 'load', at: begunAt, source: 'webrtc' });
  const statistics = polls(pc, hand, periodMs, heard);
  look(begunAt);
  // Closed already.
  if (signal.aborted) return () => {};
  const closes = guard(() => {
    if (closedAt !== undefined) return;
    const at = now();
    closedAt = at;
    // Asked for while there are any.
    void statistics.ask().then(guard(() => quit(at)));
  });
  onClose(pc, signal, closes);
  const listener = guard(() => look(now()));
  for (const name of ['connectionstatechange', 'iceconnectionstatechange', 'signalingstatechange', 'track']) {
    pc.addEventListener(name, listener, { signal });
  }
  const page = video?.ownerDocument ?? document;
  page.addEventListener(
    'visibilitychange',
    guard(() => tell(now())),
    { signal },
  );
  return () => {
    if (closedAt !== undefined) ends(closedAt);
  };
}

function stateOf(pc: RTCPeerConnection): ConnectionState {
  return pc.signalingState === 'closed' ? 'closed' : pc.connectionState;
}

/** Of the agreed description: an offer that is not answered changes nothing. */
function iceUfragOf(pc: RTCPeerConnection): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(pc.currentLocalDescription?.sdp ?? '')?.[1];
}
