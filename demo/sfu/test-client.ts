import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtpHeader,
  RtpPacket,
  useNACK,
  usePLI,
  useSdesMid,
} from 'werift';

const kinds = ['video', 'audio'] as const;

function connect(): RTCPeerConnection {
  const rtcpFeedback = [useNACK(), usePLI()];
  return new RTCPeerConnection({
    codecs: {
      video: [
        new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, rtcpFeedback }),
        new RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: 90_000 }),
      ],
      audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
    },
    headerExtensions: { video: [useSdesMid()], audio: [useSdesMid()] },
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  });
}

async function exchange(url: string, connection: RTCPeerConnection, traceparent?: string): Promise<string> {
  await connection.setLocalDescription(await connection.createOffer());
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp', ...(traceparent && { traceparent }) },
    body: connection.localDescription?.sdp ?? '',
  });
  const answer = await response.text();
  if (response.status !== 201) throw new Error(`${response.status}: ${answer}`);
  await connection.setRemoteDescription({ type: 'answer', sdp: answer });
  return response.headers.get('location')?.split('/').at(-1) ?? '';
}

/** Publishes by WHIP; `send` writes so many packets of each kind, a few at a time. */
export async function publish(url: string) {
  const connection = connect();
  const tracks = kinds.map((kind) => new MediaStreamTrack({ kind }));
  const senders = tracks.map((track) => connection.addTransceiver(track, { direction: 'sendonly' }).sender);
  const received = { plis: 0 };
  senders[0]?.onPictureLossIndication.subscribe(() => received.plis++);
  const id = await exchange(url, connection);
  let sequenceNumber = 0;
  return {
    id,
    connection,
    received,
    async send(count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        sequenceNumber++;
        for (const track of tracks) {
          const header = new RtpHeader({
            sequenceNumber,
            timestamp: sequenceNumber * 900,
            payloadType: 96,
            marker: true,
          });
          track.writeRtp(new RtpPacket(header, Buffer.alloc(200, sequenceNumber)));
        }
        if (i % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
  };
}

/** Watches by WHEP, and counts what arrives: media packets by kind, and when. */
export async function watch(url: string, traceparent?: string) {
  const connection = connect();
  const arrived = { video: 0, audio: 0 };
  const at: number[] = [];
  let ssrc = 0;
  const transceivers = kinds.map((kind) => connection.addTransceiver(kind, { direction: 'recvonly' }));
  for (const [index, { onTrack }] of transceivers.entries()) {
    onTrack.subscribe((track) => {
      const kind = kinds[index] ?? 'video';
      if (kind === 'video') ssrc = track.ssrc ?? 0;
      // Unlike the track's own event this one tells no retransmission as if it were the packet.
      const seen = new Set<number>();
      for (const transport of connection.dtlsTransports) {
        transport.onRtp.subscribe(({ header }) => {
          if (header.ssrc !== track.ssrc || seen.has(header.sequenceNumber)) return;
          seen.add(header.sequenceNumber);
          arrived[kind]++;
          at.push(performance.now());
        });
      }
    });
  }
  const id = await exchange(url, connection, traceparent);
  return { id, connection, arrived, at, requestKeyFrame: () => transceivers[0]?.receiver.sendRtcpPLI(ssrc) };
}
