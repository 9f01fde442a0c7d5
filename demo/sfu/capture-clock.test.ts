import { expect, test } from 'vitest';
import type { RtcpPacket } from 'werift';
import { RtcpSenderInfo, RtcpSrPacket } from 'werift';
import { createCaptureClock } from './capture-clock.ts';
import { sfuStage, until } from './test-stage.ts';

const { pair } = sfuStage();
const second = 2n ** 32n;

test('an RTP timestamp has its NTP time, before and after the report and across the end of the numbers', () => {
  const clock = createCaptureClock(90_000);
  expect(clock.ntpAt(0)).toBeUndefined();
  clock.learn(new RtcpSenderInfo({ ntpTimestamp: 4_000n * second, rtpTimestamp: 2 ** 32 - 90_000 }));
  expect(clock.ntpAt(2 ** 32 - 90_000)).toBe(4_000n * second);
  expect(clock.ntpAt(2 ** 32 - 135_000)).toBe(4_000n * second - second / 2n);
  expect(clock.ntpAt(90_000)).toBe(4_002n * second);
});

test('a viewer gets the clock of the publisher', { timeout: 30_000 }, async () => {
  const { sender, watcher } = await pair();
  const sent: RtcpSenderInfo[] = [];
  const received: RtcpSenderInfo[] = [];
  const videoOf = (packets: readonly RtcpPacket[], ssrc: number | undefined) =>
    packets.flatMap((packet) => (packet instanceof RtcpSrPacket && packet.ssrc === ssrc ? packet.senderInfo : []));
  const [ours] = sender.connection.getSenders();
  for (const transport of sender.connection.dtlsTransports) {
    const send = transport.sendRtcp.bind(transport);
    transport.sendRtcp = (packets) => {
      // A clock of its own, an hour ahead.
      for (const info of videoOf(packets, ours?.ssrc)) {
        info.ntpTimestamp += 3600n * second;
        sent.push(info);
      }
      return send(packets);
    };
  }
  await until(async () => {
    await sender.send(4);
    return watcher.connection.getReceivers()[0]?.track.ssrc;
  });
  const ssrc = watcher.connection.getReceivers()[0]?.track.ssrc;
  for (const transport of watcher.connection.dtlsTransports) {
    transport.onRtcp.subscribe((packet) => received.push(...videoOf([packet], ssrc)));
  }
  await until(async () => {
    await sender.send(4);
    return sent.length > 1 && received.length > 1;
  });
  // Both name instants of one clock, as NTP time and as media time.
  const offsetOf = ({ ntpTimestamp, rtpTimestamp }: RtcpSenderInfo) =>
    Number(ntpTimestamp) / 2 ** 32 - rtpTimestamp / 90_000;
  const nearest = Math.min(
    ...received.flatMap((info) => sent.map((ours) => Math.abs(offsetOf(info) - offsetOf(ours)))),
  );
  expect(nearest).toBeLessThan(0.001);
});
