import type { InstrumentedPeerConnection } from 'playscope/server';
import { instrumentPeerConnection, startTelemetry } from 'playscope/server';
import type { RTCPeerConnection } from 'werift';
import type { Session } from './session.ts';

/** What the SFU tells a collector of its connections. */
export type SfuTelemetry = {
  /** Measures the connection of a session, in the trace that the request named. */
  watch(connection: RTCPeerConnection, session: Session, traceparent?: string): InstrumentedPeerConnection;
  /** Sends what is left. */
  shutdown(): Promise<void>;
};

/** Starts to tell the collector at an OTLP base URL, as service `demo-sfu`. */
export function startSfuTelemetry(collector: string, reportEveryMs?: number): SfuTelemetry {
  const { shutdown, ...providers } = startTelemetry({ endpoint: collector, serviceName: 'demo-sfu', reportEveryMs });
  return {
    watch: (connection, { stream, peerId, role }, traceparent) =>
      instrumentPeerConnection(connection, { streamId: stream, peerId, role, traceparent, ...providers }),
    shutdown,
  };
}
