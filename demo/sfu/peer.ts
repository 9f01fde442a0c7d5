import type { InstrumentedPeerConnection } from 'playscope/server';
import { RTCPeerConnection, RTCRtpCodecParameters, useNACK, usePLI, useSdesMid } from 'werift';
import { pause, unixMs } from '../clock.ts';
import type { Carried } from './datagram.ts';
import { readPayloadTypes } from './datagram.ts';
import type { Faults } from './faults.ts';
import type { Gate } from './gate.ts';
import { createGate } from './gate.ts';
import type { Ending, Session } from './session.ts';
import { tapSockets } from './sockets.ts';

// Who has an answer and does not connect is gone.
const longestSetupMs = 30_000;

/** Clock rates in Hz, of the codecs that every browser has: VP8 and Opus. */
export const clockRates = { audio: 48_000, video: 90_000 } as const;

/** One end of a WHIP or WHEP session. */
export type Peer = {
  readonly session: Session;
  readonly connection: RTCPeerConnection;
  readonly gate: Gate;
  /** Aborts when the session ends. */
  readonly ended: AbortSignal;
  /** Answers an offer. Throws what werift makes of one that it cannot answer. */
  answer(offer: string): Promise<string>;
  /**
   * Ends the session, once; after a `kill` the other side hears nothing of it. Resolves when the connection is closed and its
   * end is recorded.
   */
  end(by: Ending): Promise<void>;
};

export type PeerOptions = {
  readonly session: Session;
  readonly faults: Faults;
  /** Measures the connection; the end is told to what it gives. */
  readonly watch?: ((connection: RTCPeerConnection) => InstrumentedPeerConnection) | undefined;
  readonly onConnect?: () => void;
  readonly onThaw: () => void;
};

/** Opens a connection for a session; the gate of its faults sits in its sockets. */
export function openPeer({ session, faults, watch, onConnect, onThaw }: PeerOptions): Peer {
  const connection = new RTCPeerConnection({
    codecs: {
      video: [
        new RTCRtpCodecParameters({
          mimeType: 'video/VP8',
          clockRate: clockRates.video,
          rtcpFeedback: [useNACK(), usePLI()],
        }),
        new RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: clockRates.video }),
      ],
      audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: clockRates.audio, channels: 2 })],
    },
    headerExtensions: { video: [useSdesMid()], audio: [useSdesMid()] },
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  });
  const watched = watch?.(connection);
  let payloadTypes: ReadonlyMap<number, Carried> = new Map();
  const gate = createGate({ session, faults, payloadTypes: () => payloadTypes, onThaw });
  const ending = new AbortController();
  let closed: Promise<void> | undefined;

  connection.addEventListener('connectionstatechange', () => {
    if (session.endedAt !== null) return;
    session.state = connection.connectionState;
    if (session.state === 'connected') {
      session.connectedAt ??= unixMs();
      onConnect?.();
    }
    if (session.state === 'failed' || session.state === 'closed') void end('failed');
  });

  async function answer(offer: string): Promise<string> {
    await connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await connection.setLocalDescription(await connection.createAnswer());
    // With the candidates, which are all gathered now.
    const sdp = connection.localDescription?.sdp ?? '';
    payloadTypes = readPayloadTypes(sdp);
    tapSockets(connection, gate);
    void pause(longestSetupMs, ending.signal).then((over) => {
      if (over && session.connectedAt === null) void end('timeout');
    });
    return sdp;
  }

  function end(by: Ending): Promise<void> {
    closed ??= close(by);
    return closed;
  }

  async function close(by: Ending): Promise<void> {
    Object.assign(session, { state: 'closed', endedAt: unixMs(), endedBy: by });
    if (by === 'kill') gate.shut();
    ending.abort();
    await Promise.all([watched?.end(by), connection.close()]);
    gate.shut();
  }

  return { session, connection, gate, ended: ending.signal, answer, end };
}
