import type { RTCRtpSender, RtcpSrPacket } from 'werift';

/**
 * Puts the time of capture into a sender report, whose RTP timestamp is that of the newest packet. werift's own NTP
 * time has whole seconds only.
 */
export function rewriteSenderReport(sender: RTCRtpSender, report: RtcpSrPacket, capturedAt: bigint): void {
  report.senderInfo.ntpTimestamp = capturedAt;
  // By the middle of it receiver reports name the sender report that they answer: without it werift finds no round trip.
  Reflect.set(sender, 'lastSRtimestamp', Number((capturedAt >> 16n) & 0xffff_ffffn));
}
