import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { metrics, trace } from '@opentelemetry/api';
import { version } from '../core/version.ts';
import { connectionSpans } from './connection-spans.ts';
import { instruments } from './instruments.ts';
import { wrongOption } from './options.ts';
import type { PeerConnection } from './peer-connection.ts';
import { statsReader } from './peer-connection.ts';
import { receiverReports } from './receiver-reports.ts';
import { rtpRecorder, rtpReports } from './rtp-recorder.ts';
import { selectedPairRecorder } from './selected-pair.ts';

export type PeerConnectionOptions = {
  /** `stream.id`: the live stream that is published or watched. */
  readonly streamId: string;
  /** `peer.id`: who is at the other end. On spans only. */
  readonly peerId: string;
  /** Whether the other end sends the stream or receives it. */
  readonly role: 'publisher' | 'viewer';
  /** The header of the WHIP or WHEP request: the viewer's trace goes on here. */
  readonly traceparent?: string | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Milliseconds between two looks at the statistics, 500 to 60 000, default 2000. */
  readonly pollEveryMs?: number | undefined;
};

export type InstrumentedPeerConnection = {
  /**
   * Records the end, with the reason on its span, such as `deleted`. Later ends are ignored: what comes first counts, be it
   * this, a closed or a failed connection. Resolves when all is recorded, within two seconds; wait for it only before the
   * providers are shut down. Never rejects.
   */
  end(reason: string): Promise<void>;
};

// How often the first packet is looked for, and for how long.
const firstPacketEveryMs = 100;
const firstPacketWithinMs = 10_000;
const checkpointMs = 60_000;
// A connection that is not connected for so long is over, even if nobody closes it.
const patienceMs = 60_000;

/**
 * Measures one connection of a server, with any implementation for Node that has the standard's `getStats`, werift first: call
 * it right after the connection was made. Never throws, sets no property of the connection, and keeps no process alive. A wrong
 * option gives one console message, and nothing is measured.
 *
 * There is no `livestream.ingest.frame_drops` here: a server that forwards packets does not decode, so it cannot know which
 * frames were never shown.
 */
export function instrumentPeerConnection(
  pc: PeerConnection,
  options: PeerConnectionOptions,
): InstrumentedPeerConnection {
  try {
    const wrong = wrongOption(pc, options);
    if (wrong === undefined) return watchConnection(pc, options);
    console.error(wrong);
  } catch (error) {
    console.error(`playscope: this connection cannot be measured: ${error}`);
  }
  return { end: async () => {} };
}

function watchConnection(pc: PeerConnection, options: PeerConnectionOptions): InstrumentedPeerConnection {
  const { streamId, peerId, role, pollEveryMs = 2000 } = options;
  const { tracerProvider = trace.getTracerProvider(), meterProvider = metrics.getMeterProvider() } = options;
  const common = { 'stream.id': streamId, protocol: 'webrtc' };
  const now = () => performance.now();
  const offset = Date.now() - now();
  const wallTime = (at: number) => at + offset;

  const measure = instruments(meterProvider.getMeter('playscope', version), common);
  const tracer = tracerProvider.getTracer('playscope', version);
  const spans = connectionSpans(
    tracer,
    { ...common, 'peer.id': peerId, 'peer.role': role },
    options.traceparent,
    wallTime,
  );
  const rtp = rtpRecorder(measure, role, pc.connectionState === 'connected');
  const pair = selectedPairRecorder(measure);
  const reports = receiverReports(
    pc,
    () => wallTime(now()),
    () => void poll(),
  );
  const read = statsReader(pc);

  const askedAt = now();
  let state = 'new';
  /** Since when it is in this state. */
  let stateAt = askedAt;
  let connectedAt: number | undefined;
  let failedAt: number | undefined;
  let firstPacketAt: number | undefined;
  let checkpointAt = askedAt;
  let disconnects = 0;
  let polling: Promise<void> | undefined;
  let ending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function look() {
    const before = state;
    state = pc.connectionState;
    if (state === before || ending) return;
    const at = now();
    stateAt = at;
    failedAt = state === 'failed' || (state === 'closed' && before === 'failed') ? (failedAt ?? at) : undefined;
    if (state === 'connected') connected(at);
    else if (state === 'disconnected') disconnects += 1;
    else if (state === 'failed') failed(at);
    else if (state === 'closed') end('closed');
  }

  function connected(at: number) {
    if (connectedAt !== undefined) return;
    connectedAt = at;
    checkpointAt = at;
    measure('webrtc.connection.setup.duration', (at - askedAt) / 1000);
    spans.settled(at, { state });
    schedule();
  }

  function failed(at: number) {
    // Whether it ended a viewing the viewer tells: from here, one who left without a word looks the same.
    measure('livestream.errors', 1, { 'error.type': 'connection_failed', 'error.fatal': false });
    spans.settled(at, { state, error: 'connection_failed' });
  }

  function poll(): Promise<void> {
    polling ??= record().finally(() => {
      polling = undefined;
    });
    return polling;
  }

  async function record() {
    reports.listen();
    const all = await read();
    if (!all) return;
    const outbound = rtpReports(all, 'outbound-rtp');
    rtp.record([...rtpReports(all, 'inbound-rtp'), ...outbound, ...reports.of(all, outbound)]);
    pair.record(all);
    if (firstPacketAt === undefined && connectedAt !== undefined && rtp.hasMedia()) {
      firstPacketAt = now();
      spans.firstPacket(connectedAt, firstPacketAt);
    }
  }

  async function tick() {
    look();
    if (ending) return;
    const at = now();
    if (connectedAt !== undefined) await poll();
    if (state === 'connected' && at - checkpointAt >= checkpointMs) checkpoint(at, {});
    if (state !== 'connected' && at - stateAt > patienceMs) end(state === 'failed' ? 'failed' : 'silent');
    else schedule();
  }

  function schedule() {
    clearTimeout(timer);
    if (ending) return;
    const awaited =
      connectedAt !== undefined && firstPacketAt === undefined && now() - connectedAt < firstPacketWithinMs;
    timer = setTimeout(() => tick().catch(() => {}), awaited ? Math.min(firstPacketEveryMs, pollEveryMs) : pollEveryMs);
    timer.unref();
  }

  function checkpoint(at: number, more: object, error?: string) {
    const attributes = {
      'connection.state': state,
      'connection.disconnects': disconnects,
      ...pair.types(),
      ...rtp.totals(),
      ...more,
    };
    spans.connection(checkpointAt, at, attributes, error);
    checkpointAt = at;
  }

  function end(reason: string): Promise<void> {
    ending ??= finish(reason, now()).catch(() => {});
    return ending;
  }

  async function finish(reason: string, at: number) {
    clearTimeout(timer);
    pc.removeEventListener('connectionstatechange', onStateChange);
    // What came since the last look; the totals are there after close() too, where an implementation keeps them.
    await polling;
    if (connectedAt !== undefined) await poll();
    reports.stop();
    const error = failedAt === undefined ? undefined : 'connection_failed';
    spans.settled(at, { state, error });
    if (connectedAt === undefined) return;
    // A failed connection was over when it failed, whenever it is cleared away.
    const endedAt = failedAt ?? (reason === 'silent' ? stateAt : at);
    const seconds = (endedAt - connectedAt) / 1000;
    measure('webrtc.connection.duration', seconds, error === undefined ? {} : { 'error.type': error });
    const ended = { 'connection.final': true, 'connection.ended_by': reason, 'connection.duration_s': seconds };
    checkpoint(Math.max(endedAt, checkpointAt), ended, error);
  }

  function onStateChange() {
    try {
      look();
    } catch {
      // A fault of ours is no affair of the connection's.
    }
  }

  spans.begin(askedAt);
  pc.addEventListener('connectionstatechange', onStateChange);
  look();
  schedule();
  return { end };
}
