// From samples of a connection to OTLP: real reducer, real SDK.
import { expect, test } from 'vitest';
import type { ConnectionSample } from '../core/connection.ts';
import type { RtpInterval } from '../core/rtp.ts';
import { spans as names } from '../core/signals.ts';
import type { Line } from '../core/test-events.ts';
import { named, start } from './test-recorder.ts';

const is = (at: number, state: ConnectionSample['state'], more: Partial<ConnectionSample> = {}): Line => [
  at,
  'sample',
  { connection: { state, ...more } },
];
const connected = [is(0, 'new'), is(300, 'connecting', { iceConnected: true }), is(400, 'connected')];
const video: RtpInterval = { id: 'v', type: 'inbound-rtp', kind: 'video', ssrc: 1, seconds: 2, gained: {} };

test('connecting is a trace of its own, whose context the exchange with the server may name', () => {
  const { say, spans, record } = start();
  say(is(0, 'new'));
  const context = record.connectContext();
  say(...connected.slice(1), is(5000, 'connected'));
  const [connect, ...more] = named(spans(), names.connect);
  expect(more).toEqual([]);
  expect(connect).toMatchObject({ from: 0, to: 400, error: undefined, spanId: context?.spanId });
  expect(connect?.parentSpanId).toBeUndefined();
  expect(connect?.attributes).toMatchObject({ 'ice.setup_s': 0.3, 'dtls.setup_s': 0.1 });
  expect(record.connectContext()?.spanId).toBe(context?.spanId);
});

test('one that fails is an error; setup and duration are told of those that connected', async () => {
  const { say, spans, points } = start();
  say(is(0, 'new'), is(9000, 'failed'), [9500, 'quit']);
  expect(named(spans(), names.connect)).toMatchObject([{ to: 9000, error: 'connection_failed' }]);
  expect(await points('webrtc.connection.setup.duration')).toEqual([]);
  expect(await points('webrtc.connection.duration')).toEqual([]);
});

test('attached late there is no connecting to name', () => {
  const { say, spans, record } = start();
  say(is(0, 'connected'), [5000, 'quit']);
  expect(record.connectContext()).toBeUndefined();
  expect(named(spans(), names.connect)).toEqual([]);
  expect(named(spans(), names.connection)).toHaveLength(1);
});

test('the duration is told once, from connected, with how it ended', async () => {
  const { say, spans, all } = start();
  const failure: Line = [7000, 'error', { errorType: 'connection_failed' }];
  say(...connected, is(7000, 'failed'), failure, is(9000, 'closed'), [9000, 'quit', { reason: 'destroyed' }]);
  say([9100, 'quit', { reason: 'detach' }]);
  const points = await all();
  const durations = points.filter(({ name }) => name === 'webrtc.connection.duration');
  expect(durations).toMatchObject([{ value: 6.6, count: 1, attributes: { 'error.type': 'connection_failed' } }]);
  expect(points.filter(({ name }) => name === 'webrtc.connection.setup.duration')).toMatchObject([{ value: 0.4 }]);
  const [connection] = named(spans(), names.connection);
  expect(connection).toMatchObject({ from: 400, to: 7000, error: 'connection_failed' });
  expect(connection?.attributes).toMatchObject({ 'connection.ended_by': 'failed', 'connection.final': true });
});

test('a minute of a connection is a checkpoint with all totals, linked to the connecting', () => {
  const { say, spans, report, record } = start();
  const gained = { packetsReceived: 900, packetsLost: 100, nackCount: 7 };
  say(...connected, is(2000, 'connected', { streams: [{ ...video, gained, lossRatio: 0.1 }], rttSec: 0.04 }));
  for (let at = 10_000; at <= 130_000; at += 10_000) report(at);
  say([140_000, 'quit']);
  const checkpoints = named(spans(), names.connection);
  expect(checkpoints.map(({ from, to }) => [from, to])).toEqual([
    [400, 70_000],
    [70_000, 130_000],
    [130_000, 140_000],
  ]);
  for (const { attributes, links } of checkpoints) {
    expect(attributes).toMatchObject({ 'rtp.received.video.packets_lost': 100, 'rtp.received.video.nacks': 7 });
    expect(links).toMatchObject([{ spanId: record.connectContext()?.spanId }]);
  }
});

test('a stream counts what came in the interval; NACK and PLI are sent by whoever receives', async () => {
  const { say, all } = start();
  const gained = {
    packetsReceived: 95,
    packetsLost: 5,
    nackCount: 6,
    pliCount: 1,
    freezeCount: 1,
    totalFreezesDuration: 0.5,
  };
  const pauses = { pauseCount: 1, totalPausesDuration: 8 };
  const incoming = {
    ...video,
    gained: { ...gained, ...pauses },
    lossRatio: 0.05,
    jitterSec: 0.012,
    jitterBufferDelaySec: 0.08,
  };
  const outgoing = { ...video, type: 'outbound-rtp', gained: { packetsSent: 50, nackCount: 2 } } as const;
  say(...connected, is(2000, 'connected', { streams: [incoming, outgoing], rttSec: 0.03 }));
  say(
    is(4000, 'connected', { streams: [{ ...video, gained: { packetsReceived: 100, packetsLost: 0 }, lossRatio: 0 }] }),
  );
  const values = Object.fromEntries(
    (await all()).map(({ name, value, attributes }) => [`${name} ${attributes.direction ?? ''}`.trim(), value]),
  );
  expect(values).toMatchObject({
    'webrtc.rtp.packets.received received': 195,
    'webrtc.rtp.packets.lost received': 5,
    'webrtc.rtp.packet_loss_ratio received': 0.05,
    'webrtc.rtp.jitter received': 12,
    'webrtc.jitter_buffer.delay': 0.08,
    'webrtc.nack.count sent': 6,
    'webrtc.nack.count received': 2,
    'webrtc.pli.count sent': 1,
    'webrtc.freeze.count': 2,
    'webrtc.freeze.duration': 8.5,
    'webrtc.rtt': 0.03,
  });
});

test('what the other side tells of our stream is its loss and jitter, and no feedback of its own', async () => {
  const { say, all } = start();
  const told = {
    ...video,
    type: 'remote-inbound-rtp',
    gained: { packetsReceived: 96, packetsLost: 4 },
    lossRatio: 0.04,
  } as const;
  say(...connected, is(2000, 'connected', { streams: [told] }));
  const points = (await all()).filter(({ name }) => name.startsWith('webrtc.rtp') || name.includes('count'));
  expect(points.map(({ name, value }) => [name, value])).toEqual([
    ['webrtc.rtp.packet_loss_ratio', 0.04],
    ['webrtc.rtp.packets.lost', 4],
    ['webrtc.rtp.packets.received', 96],
  ]);
});

test('what is not told is absent, never 0', async () => {
  const { say, all } = start();
  say(...connected, is(2000, 'connected', { streams: [video] }));
  expect((await all()).filter(({ name }) => /webrtc\.(rtp|nack|jitter|rtt|freeze|samples)/.test(name))).toEqual([]);
});

test('a page that only publishes has a connection and no viewing', async () => {
  const { say, spans, report, all } = start();
  say(...connected);
  report(100_000);
  say([200_000, 'quit']);
  expect(named(spans(), names.session)).toEqual([]);
  expect(named(spans(), names.connection)).toHaveLength(2);
  expect((await all()).filter(({ name }) => name.startsWith('livestream.player') || name.includes('presence'))).toEqual(
    [],
  );
});
