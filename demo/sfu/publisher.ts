import type { RtcpPacket, RtpPacket } from 'werift';
import {
  GenericNack,
  PictureLossIndication,
  RtcpPayloadSpecificFeedback,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
} from 'werift';
import type { CaptureClock } from './capture-clock.ts';
import { createCaptureClock } from './capture-clock.ts';
import { limitKeyFrameRequests } from './key-frame-requests.ts';
import type { Peer, PeerOptions } from './peer.ts';
import { clockRates, openPeer } from './peer.ts';
import type { Kind } from './session.ts';

const kinds = ['video', 'audio'] as const;

/** Who sends a stream. */
export type Publisher = Peer & {
  /** Asks for a key frame, at most twice a second. */
  requestKeyFrame(): void;
};

export type PublisherOptions = Omit<PeerOptions, 'onThaw'> & {
  /** A media packet has arrived, and the clock that tells when it was captured. */
  readonly onPacket: (kind: Kind, packet: RtpPacket, clock: CaptureClock) => void;
};

/** Opens the publisher's side of a stream; call `answer` with its offer. */
export function openPublisher({ onPacket, ...options }: PublisherOptions): Publisher {
  const peer = openPeer({ ...options, onThaw: () => requestKeyFrame() });
  const { connection, session } = peer;
  const ssrcs = new Map<number, Kind>();
  let askForKeyFrame = () => {};
  for (const kind of kinds) {
    const { receiver, onTrack } = connection.addTransceiver(kind, { direction: 'recvonly' });
    const clock = createCaptureClock(clockRates[kind]);
    receiver.onRtcp.subscribe((packet) => {
      if (packet instanceof RtcpSrPacket) clock.learn(packet.senderInfo);
    });
    onTrack.subscribe((track) => {
      const { ssrc } = track;
      if (ssrc !== undefined) {
        ssrcs.set(ssrc, kind);
        if (kind === 'video') askForKeyFrame = () => void receiver.sendRtcpPLI(ssrc);
      }
      track.onReceiveRtp.subscribe((packet) => onPacket(kind, packet, clock));
    });
  }
  const requestKeyFrame = limitKeyFrameRequests(() => askForKeyFrame(), peer.ended);

  /** Counts the feedback as it is sent. */
  function countFeedback(packet: RtcpPacket): void {
    if (packet instanceof RtcpTransportLayerFeedback && packet.feedback instanceof GenericNack) {
      const kind = ssrcs.get(packet.feedback.mediaSourceSsrc);
      if (kind) session.kinds[kind].nacks++;
    }
    if (packet instanceof RtcpPayloadSpecificFeedback && packet.feedback instanceof PictureLossIndication) {
      const kind = ssrcs.get(packet.feedback.mediaSsrc);
      if (kind) session.kinds[kind].plis++;
    }
  }

  async function answer(offer: string): Promise<string> {
    const sdp = await peer.answer(offer);
    for (const transport of connection.dtlsTransports) {
      const send = transport.sendRtcp.bind(transport);
      transport.sendRtcp = (packets) => {
        packets.forEach(countFeedback);
        return send(packets);
      };
    }
    return sdp;
  }

  return { ...peer, answer, requestKeyFrame };
}
