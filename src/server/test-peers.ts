// Two real peers on one machine, a server's and the other end's; packets are written by hand and lost on purpose.
import { onTestFinished, vi } from 'vitest';
import type { RTCRtpSender } from 'werift';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';

// Handshakes and receiver reports take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 30_000, interval: 20 };

const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];

export function peer(): RTCPeerConnection {
  const pc = new RTCPeerConnection({
    codecs: {
      video: [
        new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, rtcpFeedback }),
        new RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: 90_000 }),
      ],
      audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
    },
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  });
  onTestFinished(() => pc.close());
  return pc;
}

/** What goes from one peer to another: video, of which the packets that `lost` names (by their number, from 0) never leave. */
export function video(lost: (index: number) => boolean = () => false) {
  const track = new MediaStreamTrack({ kind: 'video' });
  const counts = { written: 0, dropped: 0 };
  let payloadType = 96;
  return {
    track,
    counts,
    /** Loses packets from now on; retransmissions pass. */
    through(sender: RTCRtpSender) {
      payloadType = sender.codec?.payloadType ?? payloadType;
      const transport = sender.dtlsTransport;
      const send = transport.sendRtp.bind(transport);
      let index = 0;
      transport.sendRtp = async (payload, header) => {
        if (header.ssrc !== sender.ssrc || !lost(index++)) return send(payload, header);
        counts.dropped += 1;
        return 0;
      };
    },
    /** One frame in 10 ms, of one packet of a thousand bytes each. */
    async write(packets: number) {
      for (let end = counts.written + packets; counts.written < end; counts.written += 1) {
        const header = new RtpHeader({
          ...{ version: 2, payloadType, marker: true, ssrc: 1234 },
          ...{ sequenceNumber: (60_000 + counts.written) & 0xffff, timestamp: counts.written * 900 },
        });
        track.writeRtp(new RtpPacket(header, Buffer.alloc(1000, 1)));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** The server answers an offer, as in WHIP and WHEP, and both are connected. */
export async function negotiate(server: RTCPeerConnection, other: RTCPeerConnection): Promise<void> {
  await other.setLocalDescription(await other.createOffer());
  await server.setRemoteDescription(other.localDescription as never);
  await server.setLocalDescription(await server.createAnswer());
  await other.setRemoteDescription(server.localDescription as never);
  await until(() => server.connectionState === 'connected' && other.connectionState === 'connected');
}

/** Waits until something is so. */
export function until(isSo: () => unknown): Promise<unknown> {
  return vi.waitUntil(isSo, patient);
}
