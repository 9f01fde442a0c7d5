import type { RtcpPacket, RtpPacket } from 'werift';
import {
  GenericNack,
  MediaStreamTrack,
  PictureLossIndication,
  RtcpPayloadSpecificFeedback,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
} from 'werift';
import type { CaptureClock } from './capture-clock.ts';
import { trimNack } from './nack.ts';
import type { Peer, PeerOptions } from './peer.ts';
import { clockRates, openPeer } from './peer.ts';
import { rewriteSenderReport } from './sender-report.ts';
import type { Kind } from './session.ts';

/** Who watches a stream. */
export type Viewer = Peer & {
  /** Sends a packet of the publisher on. */
  send(kind: Kind, packet: RtpPacket, clock: CaptureClock): void;
};

/** Opens a viewer's side of a stream; call `answer` with the viewer's offer. `requestKeyFrame` asks the publisher. */
export function openViewer(
  options: Omit<PeerOptions, 'onThaw' | 'onConnect'> & { readonly requestKeyFrame: () => void },
): Viewer {
  const { requestKeyFrame, session } = options;
  const peer = openPeer({ ...options, onThaw: requestKeyFrame, onConnect: requestKeyFrame });
  const { connection } = peer;
  const legs = { video: openLeg(peer, 'video'), audio: openLeg(peer, 'audio') };
  const legOf = (ssrc: number) => Object.values(legs).find(({ sender }) => sender.ssrc === ssrc);

  /** Counts the feedback as it arrives, and hands on the wish for a key frame. */
  function receive(packet: RtcpPacket): void {
    if (packet instanceof RtcpTransportLayerFeedback && packet.feedback instanceof GenericNack) {
      const leg = legOf(packet.feedback.mediaSourceSsrc);
      if (leg) session.kinds[leg.kind].nacks++;
      trimNack(packet.feedback);
    }
    if (packet instanceof RtcpPayloadSpecificFeedback && packet.feedback instanceof PictureLossIndication) {
      const leg = legOf(packet.feedback.mediaSsrc);
      if (leg) session.kinds[leg.kind].plis++;
      requestKeyFrame();
    }
  }

  async function answer(offer: string): Promise<string> {
    const sdp = await peer.answer(offer);
    for (const transport of connection.dtlsTransports) {
      const deliver = transport.onRtcp.execute;
      transport.onRtcp.execute = (packet) => {
        receive(packet);
        deliver(packet);
      };
      const send = transport.sendRtcp.bind(transport);
      transport.sendRtcp = async (packets) => {
        for (const packet of packets) {
          if (!(packet instanceof RtcpSrPacket)) continue;
          const leg = legOf(packet.ssrc);
          const capturedAt = leg?.capturedAt();
          // Better no report yet than one with a clock that is not the publisher's.
          if (!leg || capturedAt === undefined) return;
          rewriteSenderReport(leg.sender, packet, capturedAt);
        }
        return send(packets);
      };
    }
    return sdp;
  }

  return { ...peer, answer, send: (kind, packet, clock) => legs[kind].send(packet, clock) };
}

function openLeg({ connection, session }: Peer, kind: Kind) {
  const track = new MediaStreamTrack({ kind, streamId: session.stream });
  const { sender } = connection.addTransceiver(track, { direction: 'sendonly' });
  let source: number | undefined;
  let sentAt = 0;
  let capturedAt = (): bigint | undefined => undefined;
  return {
    kind,
    sender,
    /** When the newest packet was captured, in NTP time of the publisher. */
    capturedAt: () => capturedAt(),
    send(packet: RtpPacket, clock: CaptureClock): void {
      const now = performance.now();
      const { ssrc, timestamp } = packet.header;
      if (source !== undefined && source !== ssrc) {
        // Another publisher counts from elsewhere; for the viewer the stream goes on, later by the time that passed.
        const ticks = Math.max(1, Math.round(((now - sentAt) / 1000) * clockRates[kind]));
        sender.replaceRTP(packet.header, false, ticks);
      }
      source = ssrc;
      sentAt = now;
      capturedAt = () => clock.ntpAt(timestamp);
      const copy = packet.clone();
      // Their numbers were agreed on with the publisher.
      copy.header.extensions = [];
      void sender.sendRtp(copy);
    },
  };
}
