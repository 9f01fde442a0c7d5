import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { Connection, ConnectionFact, ConnectionSample } from '../core/connection.ts';
import { setupMsOf, timesUntil } from '../core/connection.ts';
import type { RtpInterval } from '../core/rtp.ts';
import type { Session } from '../core/session.ts';
import { spans as names } from '../core/signals.ts';
import { directionOf, streamAttributes } from '../core/streams.ts';
import type { Measure } from './instruments.ts';
import type { Open, StartSpan } from './spans.ts';
import { endSpan } from './spans.ts';

const checkpointMs = 60_000;

/** A span for the connecting, one for each minute of a connection, and the figures of its streams. */
export type ConnectionRecorder = {
  /** What a sample told of a connection. */
  sampled(sample: ConnectionSample): void;
  /** The connection of a session, after each event: the first time it is seen, the span of its connecting begins. */
  seen(session: Session): void;
  settled(fact: ConnectionFact, view: number): void;
  /** Once a minute leaves what is known so far: a tab that is killed loses no more. @returns whether it did. */
  checkpoint(session: Session): boolean;
  /** What the exchange with the server may name as its parent, also when it is over. */
  context(): SpanContext | undefined;
};

export function connectionRecorder(start: StartSpan, measure: Measure, viewer: Attributes): ConnectionRecorder {
  let connecting: Open | undefined;
  let context: SpanContext | undefined;
  let checkedAt: number | undefined;
  let checkpoints = 0;

  function connected({ at, connection, errorType }: ConnectionFact & { kind: 'connect' }) {
    const { iceConnectedAt, begunAt } = connection;
    const setupMs = setupMsOf(connection);
    if (setupMs !== undefined) measure('webrtc.connection.setup.duration', setupMs / 1000);
    if (!connecting) return;
    const upToIce = iceConnectedAt === undefined ? undefined : iceConnectedAt - begunAt;
    connecting.span.setAttributes({
      ...pairAttributes(connection),
      'ice.setup_s': seconds(upToIce),
      'dtls.setup_s': setupMs === undefined || upToIce === undefined ? undefined : seconds(setupMs - upToIce),
    });
    endSpan(connecting, at, errorType);
    connecting = undefined;
  }

  function leave(connection: Connection, at: number, view: number, more: Attributes, error?: string) {
    const from = Math.max(connection.connectedAt ?? 0, checkedAt ?? 0);
    const links = context ? [{ context }] : [];
    const attributes = { ...viewer, 'connection.checkpoint': checkpoints, ...totalAttributes(connection, at), ...more };
    endSpan(start(names.connection, from, view, { attributes, links }), at, error);
    checkedAt = at;
    checkpoints += 1;
  }

  return {
    sampled({ rttSec, streams = [] }) {
      if (rttSec !== undefined) measure('webrtc.rtt', rttSec);
      for (const interval of streams) measureInterval(measure, interval);
    },
    seen({ connection, view }) {
      if (!connection?.whole || context) return;
      connecting = start(names.connect, connection.begunAt, view, { attributes: viewer });
      context = connecting.span.spanContext();
    },
    settled(fact, view) {
      if (fact.kind === 'connect') return connected(fact);
      const { at, connection, endedBy } = fact;
      const failed = endedBy === 'failed';
      const error = failed ? { 'error.type': 'connection_failed' } : undefined;
      if (connection.connectedAt === undefined) return;
      measure('webrtc.connection.duration', (at - connection.connectedAt) / 1000, error);
      leave(connection, at, view, { 'connection.final': true, 'connection.ended_by': endedBy }, error?.['error.type']);
    },
    checkpoint({ connection, at, view }) {
      if (!connection || connection.over || connection.connectedAt === undefined) return false;
      if (at - Math.max(connection.connectedAt, checkedAt ?? 0) < checkpointMs) return false;
      leave(connection, at, view, {});
      return true;
    },
    context: () => context,
  };
}

/** What a stream did in an interval. `direction` is that of the packets: NACK, PLI and FIR go against the media. */
function measureInterval(measure: Measure, { type, kind, gained, ...interval }: RtpInterval) {
  const direction = directionOf({ type });
  const media = { 'media.kind': kind, direction };
  const feedback = { 'media.kind': kind, direction: direction === 'received' ? 'sent' : 'received' };
  const add = (name: Parameters<Measure>[0], value: number | undefined, attributes: Attributes = media) => {
    if (value !== undefined) measure(name, value, attributes);
  };
  add('webrtc.rtp.packet_loss_ratio', interval.lossRatio);
  add('webrtc.rtp.packets.lost', gained.packetsLost);
  add('webrtc.rtp.packets.received', gained.packetsReceived);
  add('webrtc.rtp.jitter', interval.jitterSec === undefined ? undefined : interval.jitterSec * 1000);
  if (type !== 'remote-inbound-rtp') {
    add('webrtc.nack.count', gained.nackCount, feedback);
    add('webrtc.pli.count', gained.pliCount, feedback);
    add('webrtc.fir.count', gained.firCount, feedback);
  }
  const of = { 'media.kind': kind };
  add('webrtc.jitter_buffer.delay', interval.jitterBufferDelaySec, of);
  // A gap of more than five seconds is a pause in webrtc-stats: to the viewer it is the same.
  add('webrtc.freeze.count', sum(gained.freezeCount, gained.pauseCount), of);
  add('webrtc.freeze.duration', sum(gained.totalFreezesDuration, gained.totalPausesDuration), of);
  add('webrtc.concealed_samples', gained.concealedSamples, of);
  add('webrtc.samples', gained.totalSamplesReceived, of);
}

function totalAttributes(connection: Connection, at: number): Attributes {
  const { state, disconnects, iceRestarts, pairChanges, rttSec, streams } = connection;
  const attributes: Attributes = {
    'connection.state': state,
    'connection.disconnects': disconnects,
    'connection.ice_restarts': iceRestarts,
    'connection.pair_changes': pairChanges,
    'connection.rtt_s': rttSec,
    ...pairAttributes(connection),
    ...streamAttributes(streams),
  };
  const picture = streams['received video'];
  if (picture) {
    attributes['rtp.received.video.freezes'] = picture.freezes;
    attributes['rtp.received.video.frozen_s'] = picture.frozenSec;
  }
  for (const [name, ms] of Object.entries(timesUntil(connection, at))) {
    if (ms > 0) attributes[`connection.${name}_s`] = seconds(ms);
  }
  return attributes;
}

function pairAttributes({ pair }: Connection): Attributes {
  const { localType, remoteType, protocol } = pair ?? {};
  return {
    'ice.local_candidate.type': localType,
    'ice.remote_candidate.type': remoteType,
    'network.transport': protocol,
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}
