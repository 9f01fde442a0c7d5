import type { Attributes, Meter, Tracer } from '@opentelemetry/api';
import { bornConnection, livedConnection } from '../core/connection-life.ts';
import { connectionSpans } from './connection-spans.ts';
import { instruments } from './instruments.ts';
import type { PeerConnection } from './peer-connection.ts';
import { statsReader } from './peer-connection.ts';
import { polls } from './polls.ts';
import { quietly } from './quietly.ts';
import { receiverReports } from './receiver-reports.ts';
import { rtpRecorder, rtpReports } from './rtp-recorder.ts';
import { selectedPairRecorder } from './selected-pair.ts';

type Watch = {
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly streamId: string;
  readonly peerId: string;
  readonly role: 'publisher' | 'viewer';
  readonly traceparent?: string | undefined;
  readonly pollEveryMs: number;
};

// How often the first packet is looked for, and for how long.
const firstPacketEveryMs = 100;
const firstPacketWithinMs = 10_000;
const checkpointMs = 60_000;
// A connection that is not connected for so long is over, even if nobody closes it.
const patienceMs = 60_000;

/** Follows a connection to its end. Returns what ends it. */
export function watchConnection(pc: PeerConnection, options: Watch): (reason: string) => Promise<void> {
  const { tracer, meter, streamId, peerId, role, traceparent, pollEveryMs } = options;
  const common = { 'stream.id': streamId, protocol: 'webrtc' };
  const now = () => performance.now();
  const offset = Date.now() - now();
  const wallTime = (at: number) => at + offset;

  const measure = instruments(meter, common);
  const identity = { ...common, 'peer.id': peerId, 'peer.role': role };
  const spans = connectionSpans(tracer, identity, traceparent, wallTime);
  // Then nobody knows how long it took to get there, nor what its totals were.
  const late = pc.connectionState === 'connected';
  const rtp = rtpRecorder(measure, role, late);
  const pair = selectedPairRecorder(measure);
  const polling = polls(poll, waitMs);
  const reports = receiverReports(
    pc,
    () => wallTime(now()),
    () => void polling.now(),
  );
  const read = statsReader(pc);

  const begunAt = now();
  let life = bornConnection<string>(begunAt, 'new');
  let firstPacketAt: number | undefined;
  let checkpointAt = begunAt;
  let ending: Promise<void> | undefined;

  function look() {
    const before = life;
    const at = now();
    life = livedConnection(life, pc.connectionState, at);
    if (life === before || ending) return;
    if (life.connectedAt === at) connected(at);
    else if (life.state === 'failed') failed(at);
    else if (life.state === 'closed') end('closed');
  }

  function connected(at: number) {
    checkpointAt = at;
    if (late) return;
    measure('webrtc.connection.setup.duration', (at - begunAt) / 1000);
    spans.settled(at, life.state);
    polling.wait();
  }

  function failed(at: number) {
    // Whether it ended a viewing the viewer tells: from here, one who left without a word looks the same.
    measure('livestream.errors', 1, { 'error.type': 'connection_failed', 'error.fatal': false });
    spans.settled(at, life.state, 'connection_failed');
  }

  async function poll() {
    look();
    if (ending) return;
    if (life.connectedAt !== undefined) await record();
    const { state, since } = life;
    const at = now();
    if (state === 'connected' && at - checkpointAt >= checkpointMs) checkpoint(at, {});
    if (state !== 'connected' && at - since > patienceMs) end(state === 'failed' ? 'failed' : 'silent');
  }

  function waitMs(): number {
    const { connectedAt } = life;
    if (late || connectedAt === undefined || firstPacketAt !== undefined) return pollEveryMs;
    return now() - connectedAt < firstPacketWithinMs ? Math.min(firstPacketEveryMs, pollEveryMs) : pollEveryMs;
  }

  async function record() {
    reports.listen();
    const all = await read();
    if (!all) return;
    const outbound = rtpReports(all, 'outbound-rtp');
    rtp.record([...rtpReports(all, 'inbound-rtp'), ...outbound, ...reports.of(all, outbound)]);
    pair.record(all);
    if (late || firstPacketAt !== undefined || life.connectedAt === undefined || !rtp.hasMedia()) return;
    firstPacketAt = now();
    spans.firstPacket(life.connectedAt, firstPacketAt);
  }

  function checkpoint(at: number, more: Attributes, error?: string) {
    const { state, disconnects } = life;
    const how = { 'connection.state': state, 'connection.disconnects': disconnects };
    spans.connection(checkpointAt, at, { ...how, ...pair.types(), ...rtp.totals(), ...more }, error);
    checkpointAt = at;
  }

  function end(reason: string): Promise<void> {
    ending ??= finish(reason, now()).catch(() => {});
    return ending;
  }

  async function finish(reason: string, at: number) {
    pc.removeEventListener('connectionstatechange', onStateChange);
    const { connectedAt, failedAt, since, state } = life;
    // What came since the last look: the totals are there after close() too, where an implementation keeps them.
    await polling.stop(async () => {
      if (connectedAt !== undefined) await record();
    });
    reports.stop();
    const error = failedAt === undefined ? undefined : 'connection_failed';
    spans.settled(at, state, error);
    if (connectedAt === undefined) return;
    // A failed connection was over when it failed, whenever it is cleared away.
    const endedAt = failedAt ?? (reason === 'silent' ? since : at);
    const seconds = (endedAt - connectedAt) / 1000;
    measure('webrtc.connection.duration', seconds, error === undefined ? {} : { 'error.type': error });
    const ended = { 'connection.final': true, 'connection.ended_by': reason, 'connection.duration_s': seconds };
    checkpoint(Math.max(endedAt, checkpointAt), ended, error);
  }

  const onStateChange = () => quietly(look);

  if (!late) spans.begin(begunAt);
  pc.addEventListener('connectionstatechange', onStateChange);
  onStateChange();
  // What it did until now is nobody's: the sooner that is known, the less is missed.
  if (late) void polling.now();
  polling.wait();
  return end;
}
