import { expect, test } from 'vitest';
import type { RtpInterval } from './rtp.ts';
import { addIntervals } from './streams.ts';

const interval = (more: Partial<RtpInterval>): RtpInterval => ({
  id: 'a',
  type: 'inbound-rtp',
  kind: 'video',
  ssrc: 1,
  seconds: 2,
  gained: {},
  ...more,
});

test('totals add up; rates and ratios are those of the last interval', () => {
  const first = interval({ gained: { packetsReceived: 95, packetsLost: 5, bytesReceived: 1000 }, lossRatio: 0.05 });
  const second = interval({ gained: { packetsReceived: 100, packetsLost: 0, bytesReceived: 500 }, lossRatio: 0 });
  const streams = addIntervals(addIntervals({}, [first]), [second]);
  expect(streams['received video']).toMatchObject({
    packets: 195,
    packetsLost: 5,
    bytes: 1500,
    bitrate: 2000,
    lossRatio: 0,
  });
});

test('several streams of one kind add up, and the worst jitter stands for them', () => {
  const one = interval({ gained: { packetsReceived: 90, packetsLost: 10 }, lossRatio: 0.1, jitterSec: 0.01 });
  const other = interval({ id: 'b', gained: { packetsReceived: 300, packetsLost: 0 }, lossRatio: 0, jitterSec: 0.03 });
  expect(addIntervals({}, [one, other])['received video']).toMatchObject({ lossRatio: 0.025, jitterSec: 0.03 });
});

test('what the other side lost of ours stands beside what we sent, and is not sent again', () => {
  const sent = interval({ type: 'outbound-rtp', gained: { packetsSent: 100, nackCount: 2, bytesSent: 10 } });
  const told = interval({
    type: 'remote-inbound-rtp',
    gained: { packetsSent: 100, packetsReceived: 96, packetsLost: 4 },
    lossRatio: 0.04,
  });
  expect(addIntervals({}, [sent, told])['sent video']).toMatchObject({
    packets: 100,
    packetsLost: 4,
    nacks: 2,
    lossRatio: 0.04,
  });
});

test('an interval without packets leaves the last ratio, and a kind that is silent its totals', () => {
  const lossy = interval({ gained: { packetsReceived: 90, packetsLost: 10 }, lossRatio: 0.1 });
  const streams = addIntervals(addIntervals({}, [lossy]), [interval({ gained: { packetsReceived: 0 } })]);
  expect(streams['received video']).toMatchObject({ packets: 90, lossRatio: 0.1 });
  expect(addIntervals(streams, [])).toEqual(streams);
});

test('a freeze and a pause are the same to a viewer', () => {
  const gained = { freezeCount: 1, totalFreezesDuration: 0.5, pauseCount: 1, totalPausesDuration: 8 };
  expect(addIntervals({}, [interval({ gained })])['received video']).toMatchObject({ freezes: 2, frozenSec: 8.5 });
});
