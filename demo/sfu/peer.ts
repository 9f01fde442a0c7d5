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
  /** Ends the session, once. After a `kill` the other side hears nothing of it. */
  end(by: Ending): void;
};

export type PeerOptions = {
  readonly session: Session;
  readonly faults: Faults;
  readonly onConnect?: () => void;
  readonly onThaw: () => void;
};

/** Opens a connection for a session; the gate of its faults sits in its sockets. */
export function openPeer({ session, faults, onConnect, onThaw }: PeerOptions): Peer {
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
  let payloadTypes: ReadonlyMap<number, Carried> = new Map();
  const gate = createGate({ session, faults, payloadTypes: () => payloadTypes, onThaw });
  const ending = new AbortController();

  connection.addEventListener('connectionstatechange', () => {
    if (session.endedAt !== null) return;
    session.state = connection.connectionState;
    if (session.state === 'connected') {
      session.connectedAt ??= unixMs();
      onConnect?.();
    }
    if (session.state === 'failed' || session.state === 'closed') end('failed');
  });

  async function answer(offer: string): Promise<string> {
    await connection.setRemoteDescription({ type: 'offer', sdp: offer });
    const { sdp } = await connection.setLocalDescription(await connection.createAnswer()).then(
      // With the candidates, which are all gathered now.
      () => connection.localDescription ?? { sdp: '' },
    );
    payloadTypes = readPayloadTypes(sdp);
    tapSockets(connection, gate);
    void pause(longestSetupMs, ending.signal).then((over) => over && session.connectedAt === null && end('timeout'));
    return sdp;
  }

  function end(by: Ending): void {
    if (session.endedAt !== null) return;
    Object.assign(session, { state: 'closed', endedAt: unixMs(), endedBy: by });
    if (by === 'kill') gate.shut();
    ending.abort();
    void connection.close().finally(() => gate.shut());
  }

  return { session, connection, gate, ended: ending.signal, answer, end };
}
