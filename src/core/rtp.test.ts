import { expect, test } from 'vitest';
import type { RtpReport } from './rtp.ts';
import { rtpIntervals } from './rtp.ts';
import { randomFrom } from './test-random.ts';

const inbound = (timestamp: number, totals: Partial<RtpReport> = {}): RtpReport => ({
  id: 'IT01V1',
  type: 'inbound-rtp',
  kind: 'video',
  ssrc: 1,
  timestamp,
  ...totals,
});

/** What each report but the first adds. */
function follow(reports: readonly RtpReport[]) {
  let { seen } = rtpIntervals(reports.slice(0, 1));
  return reports.slice(1).flatMap((report) => {
    const step = rtpIntervals([report], seen);
    seen = step.seen;
    return step.intervals;
  });
}
const only = (from: Partial<RtpReport>, to: Partial<RtpReport>) => follow([inbound(1000, from), inbound(3000, to)])[0];

test('totals are never added again: only what came since the last report', () => {
  const nacks = follow([3, 5, 5, 9].map((nackCount, index) => inbound(1000 + 2000 * index, { nackCount })));
  expect(nacks.map(({ gained }) => gained.nackCount)).toEqual([2, 0, 4]);
  expect(nacks.map(({ seconds }) => seconds)).toEqual([2, 2, 2]);
});

test('what happened before the first look belongs to no interval; a stream that appears later counts whole', () => {
  const first = rtpIntervals([inbound(1000, { packetsReceived: 500 })]);
  expect(first.intervals).toEqual([]);
  const { intervals } = rtpIntervals([{ ...inbound(3000, { packetsReceived: 40 }), id: 'later', ssrc: 2 }], first.seen);
  expect(intervals).toMatchObject([{ id: 'later', gained: { packetsReceived: 40 } }]);
});

test('the loss of the interval, not of the whole life', () => {
  const loss = only({ packetsReceived: 100_000, packetsLost: 10 }, { packetsReceived: 100_095, packetsLost: 15 });
  expect(loss?.lossRatio).toBeCloseTo(0.05);
});

test.each([
  ['Chromium, where a retransmission is received', { packetsReceived: 1736, retransmittedPacketsReceived: 340 }, 340],
  ['Firefox, where it is not', { packetsReceived: 1396 }, 340],
])('loss reads the same in %s', (_, totals, packetsLost) => {
  const zero = Object.fromEntries(Object.keys(totals).map((name) => [name, 0]));
  const seen = only({ ...zero, packetsLost: 0 }, { ...totals, packetsLost });
  expect(seen?.lossRatio).toBeCloseTo(0.196, 3);
  expect(seen?.gained.packetsReceived).toBe(1396);
});

test('packets that come late are no negative loss, and are not lost twice', () => {
  const lost = follow([5, 3, 4, 7].map((packetsLost, index) => inbound(1000 * (index + 1), { packetsLost })));
  expect(lost.map(({ gained }) => gained.packetsLost)).toEqual([0, 0, 2]);
});

test('totals that went down have begun anew', () => {
  const again = follow([
    inbound(1000, { packetsReceived: 224, nackCount: 12, packetsLost: 9 }),
    inbound(3000, { packetsReceived: 40, nackCount: 1, packetsLost: 2 }),
  ]);
  expect(again).toMatchObject([{ gained: { packetsReceived: 40, nackCount: 1, packetsLost: 2 } }]);
});

test('the same report again is no interval', () => {
  const report = inbound(1000, { packetsReceived: 10 });
  expect(follow([report, report])).toEqual([]);
});

test('what a browser does not tell is absent; what a server leaves out while it is 0 counts from 0', () => {
  const firefox = only({ packetsReceived: 1, packetsLost: 0 }, { packetsReceived: 11, packetsLost: 3 });
  expect(firefox).not.toHaveProperty('packetsMissing');
  expect(firefox).not.toHaveProperty('jitterBufferDelaySec');
  expect(firefox?.gained).not.toHaveProperty('nackCount');
  expect(only({}, { nackCount: 4 })?.gained.nackCount).toBe(4);
});

test('where nothing was on the way there is no ratio', () => {
  expect(only({ packetsReceived: 9, packetsLost: 1 }, { packetsReceived: 9, packetsLost: 1 })).not.toHaveProperty(
    'lossRatio',
  );
});

test('what retransmission could not repair, and no less than nothing', () => {
  const missing = (packetsLost: number, retransmittedPacketsReceived: number) =>
    only({}, { packetsReceived: 100, packetsLost, retransmittedPacketsReceived })?.packetsMissing;
  expect(missing(10, 7)).toBe(3);
  expect(missing(10, 12)).toBe(0);
});

test('the stay in the jitter buffer is that of the interval', () => {
  const sound = only(
    { jitterBufferDelay: 100, jitterBufferEmittedCount: 1000 },
    { jitterBufferDelay: 180, jitterBufferEmittedCount: 2000 },
  );
  expect(sound?.jitterBufferDelaySec).toBeCloseTo(0.08);
});

test('two streams of one connection are two', () => {
  const { seen } = rtpIntervals([inbound(1000), { ...inbound(1000), id: 'IT01A1', kind: 'audio', ssrc: 2 }]);
  const { intervals } = rtpIntervals(
    [inbound(3000, { packetsLost: 1 }), { ...inbound(3000, { packetsLost: 2 }), id: 'IT01A1', kind: 'audio', ssrc: 2 }],
    seen,
  );
  expect(intervals.map(({ kind, gained }) => [kind, gained.packetsLost])).toEqual([
    ['video', 1],
    ['audio', 2],
  ]);
});

test('it does not grow with streams that come and go', () => {
  let { seen } = rtpIntervals([]);
  for (let ssrc = 0; ssrc < 1000; ssrc++) ({ seen } = rtpIntervals([{ ...inbound(ssrc), id: `${ssrc}`, ssrc }], seen));
  expect(seen.size).toBe(200);
});

test('over many intervals the differences add up to the totals', () => {
  const next = randomFrom(7);
  const steps = Array.from({ length: 300 }, () => Math.floor(next() * 90));
  let packetsReceived = 0;
  const reports = [
    inbound(0, { packetsReceived }),
    ...steps.map((step, index) => {
      packetsReceived += step;
      return inbound(2000 * (index + 1), { packetsReceived });
    }),
  ];
  const sum = follow(reports).reduce((all, { gained }) => all + (gained.packetsReceived ?? 0), 0);
  expect(sum).toBe(packetsReceived);
});

test('the other side tells what it lost: the rest of what was sent has arrived, and the same report counts once', () => {
  const told = (timestamp: number, packetsSent: number, packetsLost: number): RtpReport => ({
    ...inbound(timestamp, { packetsSent, retransmittedPacketsSent: 10, packetsLost }),
    type: 'remote-inbound-rtp',
  });
  const [interval, ...more] = follow([told(1000, 110, 0), told(2000, 210, 5), told(2000, 260, 5)]);
  expect(more).toEqual([]);
  expect(interval).toMatchObject({ lossRatio: 0.05, gained: { packetsReceived: 95, packetsLost: 5 } });
});

test('a stream that goes on under another id goes on counting', () => {
  const moved = { ...inbound(5000, { packetsReceived: 310 }), id: 'IT11V1' };
  const gained = follow([inbound(1000, { packetsReceived: 100 }), inbound(3000, { packetsReceived: 200 }), moved]);
  expect(gained.map((each) => each.gained.packetsReceived)).toEqual([100, 110]);
});
