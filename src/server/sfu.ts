import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { wrongConnection, wrongOption } from './options.ts';
import type { PeerConnection } from './peer-connection.ts';
import { meterOf, tracerOf } from './providers.ts';
import { watchConnection } from './watch-connection.ts';

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
    const wrong = wrongConnection(pc) ?? wrongOption('connection', options);
    if (wrong === undefined) return { end: watchConnection(pc, settingsOf(options)) };
    console.error(`${wrong} Nothing is measured.`);
  } catch (error) {
    console.error(`playscope: this connection cannot be measured: ${error}`);
  }
  return { end: async () => {} };
}

function settingsOf(options: PeerConnectionOptions) {
  return { ...options, pollEveryMs: options.pollEveryMs ?? 2000, tracer: tracerOf(options), meter: meterOf(options) };
}
