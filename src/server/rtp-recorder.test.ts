import { expect, test } from 'vitest';
import type { RtpReport } from '../core/rtp.ts';
import { instruments } from './instruments.ts';
import type { Stats } from './peer-connection.ts';
import { receiverReports } from './receiver-reports.ts';
import { rtpRecorder, rtpReports } from './rtp-recorder.ts';
import { keptTelemetry } from './test-telemetry.ts';

const sending = (timestamp: number, totals: Partial<RtpReport>): RtpReport => ({
  ...{ id: 'OT1', type: 'outbound-rtp', kind: 'video', ssrc: 1, timestamp, packetsSent: timestamp },
  ...totals,
});

function recorder(role: 'publisher' | 'viewer' = 'viewer', late = false) {
  const kept = keptTelemetry();
  return { kept, rtp: rtpRecorder(instruments(kept.meterProvider.getMeter('test'), {}), role, late) };
}

test('the same total again and again is counted once; one that went down has begun anew', async () => {
  const { kept, rtp } = recorder();
  const totals = [3, 3, 3, 5, 5].map((nackCount, i) => sending(1000 + 2000 * i, { nackCount }));
  for (const report of totals) rtp.record([report]);
  expect((await kept.total('webrtc.nack.count')).sum).toBe(5);
  rtp.record([sending(12_000, { packetsSent: 10, nackCount: 2 })]);
  rtp.record([sending(14_000, { packetsSent: 90, nackCount: 6 })]);
  expect((await kept.total('webrtc.nack.count')).sum).toBe(11);
  expect(rtp.totals()).toMatchObject({ 'rtp.sent.video.nacks': 11 });
});

test('what a connection did before it was instrumented belongs to no interval', async () => {
  const { kept, rtp } = recorder('viewer', true);
  rtp.record([sending(1000, { nackCount: 70 })]);
  rtp.record([sending(3000, { nackCount: 71 })]);
  expect((await kept.total('webrtc.nack.count')).sum).toBe(1);
});

test('a publisher that stops sending is at 0, and one that has not begun has no bitrate', async () => {
  const { kept, rtp } = recorder('publisher');
  const arriving = (timestamp: number, bytesReceived: number): RtpReport => ({
    ...{ id: 'IT1', type: 'inbound-rtp', kind: 'video', ssrc: 1, timestamp, bytesReceived },
  });
  for (const [timestamp, bytes] of [
    [1000, 0],
    [3000, 0],
    [5000, 250_000],
    [7000, 250_000],
  ] as const) {
    rtp.record([arriving(timestamp, bytes)]);
  }
  expect(await kept.total('livestream.ingest.bitrate')).toMatchObject({ count: 2, sum: 1000 });
});

test('a report that tells nothing new, and the idle stream of a receiver, are no intervals', async () => {
  const { kept, rtp } = recorder();
  const pc = {
    connectionState: 'connected',
    getStats: async () => new Map(),
    addEventListener() {},
    removeEventListener() {},
  };
  const remote = receiverReports(
    pc,
    () => 0,
    () => {},
  );
  const look = (timestamp: number, packetsSent: number, told: number, packetsLost: number) => {
    const all: Stats[] = [
      { id: 'OT1', type: 'outbound-rtp', kind: 'video', ssrc: 1, timestamp, packetsSent },
      { id: 'OT2', type: 'outbound-rtp', kind: 'video', ssrc: 2, timestamp, packetsSent: 0 },
      { id: 'RI1', type: 'remote-inbound-rtp', kind: 'video', ssrc: 1, timestamp: told, packetsLost, jitter: 0.01 },
    ];
    const outbound = rtpReports(all, 'outbound-rtp');
    expect(outbound.map(({ id }) => id)).toEqual(['OT1']);
    rtp.record([...outbound, ...remote.of(all, outbound)]);
  };
  look(1000, 100, 900, 0);
  look(2000, 200, 1900, 5);
  look(3000, 300, 1900, 5);
  look(4000, 400, 3900, 15);
  expect(await kept.total('webrtc.rtp.packet_loss_ratio')).toMatchObject({ count: 3, most: 0.05 });
  expect((await kept.total('webrtc.rtp.packets.lost')).sum).toBe(15);
  expect((await kept.total('webrtc.rtp.packets.received')).sum).toBe(385);
  expect(await kept.total('webrtc.rtp.jitter')).toMatchObject({ count: 3, most: 10 });
});

test('a receiver that has got more than it missed tells a negative loss, which is none', async () => {
  const { kept, rtp } = recorder();
  let tell = (_: { reports: object[] }) => {};
  const onRtcp = {
    subscribe(told: typeof tell) {
      tell = told;
      return { unSubscribe() {} };
    },
  };
  const pc = {
    connectionState: 'connected',
    getStats: async () => new Map(),
    addEventListener() {},
    removeEventListener() {},
    getSenders: () => [{ onRtcp }],
  };
  let at = 0;
  const remote = receiverReports(
    pc,
    () => at,
    () => {},
  );
  remote.listen();
  for (const packetsLost of [0, 0xffffff, 3]) {
    at += 1000;
    tell({ reports: [{ ssrc: 1, packetsLost, highestSequence: 70_000 + at / 10, jitter: 90 }] });
    const all: Stats[] = [
      { id: 'OT1', type: 'outbound-rtp', kind: 'video', ssrc: 1, timestamp: at, packetsSent: at / 10, codecId: 'C1' },
      { id: 'C1', type: 'codec', timestamp: at, clockRate: 90_000 },
    ];
    rtp.record(remote.of(all, rtpReports(all, 'outbound-rtp')));
  }
  expect((await kept.total('webrtc.rtp.packets.lost')).sum).toBe(3);
  expect((await kept.total('webrtc.rtp.packets.received')).sum).toBe(297);
  expect(await kept.total('webrtc.rtp.jitter')).toMatchObject({ count: 3, most: 1 });
});
