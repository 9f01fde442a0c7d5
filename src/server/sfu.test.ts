import { execFileSync } from 'node:child_process';
import type { Attributes } from '@opentelemetry/api';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import { metricAttributes } from '../core/signals.ts';
import type { PeerConnection } from './peer-connection.ts';
import type { PeerConnectionOptions } from './sfu.ts';
import { instrumentPeerConnection } from './sfu.ts';
import { negotiate, peer, until, video } from './test-peers.ts';
import { keptTelemetry } from './test-telemetry.ts';

const oneInTwenty = (index: number) => index % 20 === 7;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const base = { streamId: 'demo', peerId: 'p1', role: 'viewer', pollEveryMs: 500, traceparent } as const;

/** A viewer's leg: the server sends. */
async function viewing(lost?: (index: number) => boolean, from: (server: RTCPeerConnection) => PeerConnection = asIs) {
  const kept = keptTelemetry();
  const [server, other] = [peer(), peer()];
  const leg = instrumentPeerConnection(from(server), { ...base, ...kept });
  const sent = video(lost);
  const { sender } = server.addTransceiver(sent.track, { direction: 'sendonly' });
  const { receiver } = other.addTransceiver('video', { direction: 'recvonly' });
  await negotiate(server, other);
  sent.through(sender);
  return { kept, leg, server, other, sent, receiver };
}
const asIs = (server: RTCPeerConnection): PeerConnection => server;

/** A publisher's leg: the server receives. */
async function publishing(lost?: (index: number) => boolean) {
  const kept = keptTelemetry();
  const [server, other] = [peer(), peer()];
  instrumentPeerConnection(server, { ...base, ...kept, role: 'publisher' });
  const { receiver } = server.addTransceiver('video', { direction: 'recvonly' });
  const sent = video(lost);
  const { sender } = other.addTransceiver(sent.track, { direction: 'sendonly' });
  await negotiate(server, other);
  sent.through(sender);
  return { kept, server, sent, receiver };
}

/** Waits for receiver reports of the last packets. What was on its way at the first report is counted twice, once. */
async function told(kept: ReturnType<typeof keptTelemetry>, { packets, lost }: { packets: number; lost: number }) {
  const total = async (what: string) => (await kept.total(`webrtc.rtp.packets.${what}`, { direction: 'sent' })).sum;
  await until(async () => (await total('lost')) === lost && Math.abs((await total('received')) + lost - packets) < 20);
}

async function stat(pc: RTCPeerConnection, type: string, field: string): Promise<number> {
  const all = [...(await pc.getStats()).values()] as unknown as Record<string, unknown>[];
  return all.filter((stats) => stats.type === type).reduce((sum, stats) => sum + Number(stats[field] ?? 0), 0);
}

test('a viewer: loss as it tells it, feedback received, counted by differences over many looks', async () => {
  const { kept, leg, server, sent, receiver } = await viewing(oneInTwenty);
  await sent.write(300);
  const [track] = receiver.tracks;
  await receiver.sendRtcpPLI(track?.ssrc ?? 0);
  await sent.write(300);
  const sentOf = { direction: 'sent', 'media.kind': 'video' };
  await told(kept, { packets: sent.counts.written, lost: sent.counts.dropped });
  await leg.end('deleted');
  expect((await kept.total('webrtc.rtp.packets.lost')).sum).toBe(sent.counts.dropped);
  const ratio = await kept.total('webrtc.rtp.packet_loss_ratio', sentOf);
  expect(ratio.count).toBeGreaterThan(3);
  expect(ratio.sum / ratio.count).toBeGreaterThan(0.035);
  expect(ratio.sum / ratio.count).toBeLessThan(0.065);
  expect(ratio.most).toBeLessThan(0.1);
  const jitter = await kept.total('webrtc.rtp.jitter', sentOf);
  expect(jitter.count).toBe(ratio.count);
  expect(jitter.most).toBeLessThan(100);
  const rtt = await kept.total('webrtc.rtt');
  expect(rtt.count).toBeGreaterThan(0);
  expect(rtt.most).toBeLessThan(0.5);

  const nacks = await stat(server, 'outbound-rtp', 'nackCount');
  expect(nacks).toBeGreaterThan(10);
  expect((await kept.total('webrtc.nack.count', { direction: 'received' })).sum).toBe(nacks);
  expect((await kept.total('webrtc.nack.count')).sum).toBe(nacks);
  expect((await kept.total('webrtc.pli.count', { direction: 'received' })).sum).toBe(1);
  expect((await kept.total('webrtc.pli.count')).sum).toBe(1);
  expect((await kept.total('livestream.ingest.bitrate')).count).toBe(0);
});

test('without receiver reports to hear, the loss of remote-inbound-rtp', async () => {
  const standardOnly = (server: RTCPeerConnection): PeerConnection => ({
    get connectionState() {
      return server.connectionState;
    },
    getStats: () => server.getStats(),
    addEventListener: (type, listener) => server.addEventListener(type, listener),
    removeEventListener: (type, listener) => server.removeEventListener(type, listener),
  });
  const { kept, leg, sent } = await viewing(oneInTwenty, standardOnly);
  await sent.write(200);
  await until(async () => (await kept.total('webrtc.rtp.packets.lost', { direction: 'sent' })).sum === 10);
  await leg.end('deleted');
  const { sum } = await kept.total('webrtc.rtp.packets.received', { direction: 'sent' });
  expect(sum).toBeGreaterThan(170);
  expect(sum).toBeLessThan(200);
});

test('a publisher: loss and jitter as the server sees them, feedback sent, bitrate; the last interval after close() too', async () => {
  const { kept, server, sent, receiver } = await publishing(oneInTwenty);
  const began = performance.now();
  await sent.write(300);
  const kbps = (sent.counts.written * 8) / (performance.now() - began);
  const [track] = receiver.tracks;
  for (let i = 0; i < 3; i += 1) await receiver.sendRtcpPLI(track?.ssrc ?? 0);
  await until(async () => (await stat(server, 'inbound-rtp', 'packetsReceived')) === 285);
  await server.close();
  await until(() => kept.spans('webrtc.connection').length > 0);

  const of = { direction: 'received', 'media.kind': 'video' };
  expect((await kept.total('webrtc.rtp.packets.received', of)).sum).toBe(285);
  expect((await kept.total('webrtc.rtp.packets.lost', of)).sum).toBe(15);
  expect((await kept.total('webrtc.rtp.packets.lost')).sum).toBe(15);
  expect((await kept.total('webrtc.rtp.jitter', of)).count).toBeGreaterThan(2);
  const nacks = await stat(server, 'inbound-rtp', 'nackCount');
  expect((await kept.total('webrtc.nack.count', { direction: 'sent' })).sum).toBe(nacks);
  expect((await kept.total('webrtc.pli.count', { direction: 'sent' })).sum).toBe(3);
  const bitrate = await kept.total('livestream.ingest.bitrate');
  expect(bitrate.count).toBeGreaterThan(2);
  expect(bitrate.most / (kbps * 0.95 * 1000)).toBeGreaterThan(0.8);
  expect(bitrate.most / (kbps * 0.95 * 1000)).toBeLessThan(1.5);
  const [connection] = kept.spans('webrtc.connection');
  expect(connection?.attributes).toMatchObject({
    'connection.ended_by': 'closed',
    'rtp.received.video.packets': 285,
    'rtp.received.video.packets_lost': 15,
    'rtp.received.video.nacks': nacks,
    'rtp.received.video.plis': 3,
  });
});

test('spans go on with the trace of the request; ids stand on spans only', async () => {
  const { kept, leg, sent } = await viewing();
  await sent.write(20);
  await until(() => kept.spans('webrtc.first_packet').length === 1);
  await leg.end('deleted');

  const [negotiation] = kept.spans('webrtc.negotiation');
  expect(negotiation?.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
  expect(negotiation?.attributes).toMatchObject({ 'peer.id': 'p1', 'peer.role': 'viewer', 'stream.id': 'demo' });
  const [firstPacket] = kept.spans('webrtc.first_packet');
  expect(firstPacket?.parentSpanContext?.spanId).toBe(negotiation?.spanContext().spanId);
  expect(firstPacket?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  const [connection, ...more] = kept.spans('webrtc.connection');
  expect(more).toEqual([]);
  expect(connection?.parentSpanContext).toBeUndefined();
  expect(connection?.links.map(({ context }) => context.spanId)).toEqual([negotiation?.spanContext().spanId]);
  expect(connection?.attributes).toMatchObject({ 'connection.final': true, 'connection.ended_by': 'deleted' });

  const names = (await kept.points()).flatMap(({ attributes }) => Object.keys(attributes));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !(metricAttributes as readonly string[]).includes(name))).toEqual([]);
});

test('a connection is over once: what comes first counts', async () => {
  const { kept, leg, server, sent } = await viewing();
  await sent.write(5);
  await leg.end('deleted');
  await leg.end('deleted again');
  await server.close();
  const { count, sum } = await kept.total('webrtc.connection.duration');
  expect(count).toBe(1);
  expect(sum).toBeCloseTo(Number(kept.spans('webrtc.connection')[0]?.attributes['connection.duration_s']));
  expect((await kept.total('webrtc.connection.setup.duration')).count).toBe(1);
  expect((await kept.total('livestream.errors')).sum).toBe(0);
  expect(kept.spans('webrtc.connection').map(({ attributes }) => attributes['connection.ended_by'])).toEqual([
    'deleted',
  ]);
});

test('a failed connection that is then closed: one error, one duration, until it failed', async () => {
  const { kept, server } = await viewing();
  const states = (server as unknown as { secureManager: { setConnectionState(state: string): void } }).secureManager;
  states.setConnectionState('failed');
  await server.close();
  await until(() => kept.spans('webrtc.connection').length > 0);
  const failed = { 'error.type': 'connection_failed' };
  expect((await kept.total('livestream.errors', failed)).sum).toBe(1);
  expect((await kept.total('webrtc.connection.duration', failed)).count).toBe(1);
  expect((await kept.total('webrtc.connection.duration')).count).toBe(1);
  const [connection] = kept.spans('webrtc.connection');
  expect(connection?.status).toMatchObject({ message: 'connection_failed' });
  expect(connection?.attributes).toMatchObject({ ...failed, 'connection.ended_by': 'closed' });
});

test('the application notices nothing: its handlers stay, and ours go', async () => {
  const kept = keptTelemetry();
  const [server, other] = [peer(), peer()];
  const states: string[] = [];
  const mine = () => states.push(server.connectionState);
  server.onconnectionstatechange = mine;
  const keys = Object.keys(server);
  const close = server.close;
  const leg = instrumentPeerConnection(server, { ...base, ...kept });
  server.addTransceiver(video().track, { direction: 'sendonly' });
  other.addTransceiver('video', { direction: 'recvonly' });
  await negotiate(server, other);
  expect(server.onconnectionstatechange).toBe(mine);
  expect(server.close).toBe(close);
  expect(states).toContain('connected');
  await leg.end('deleted');
  expect(Object.keys(server)).toEqual(keys);
  expect(server.listenerCount('connectionstatechange')).toBe(0);
});

test.each<[string, () => Promise<never>]>([
  ['rejects', () => Promise.reject(new Error('no statistics'))],
  ['never answers', () => new Promise<never>(() => {})],
  [
    'throws',
    () => {
      throw new Error('no statistics');
    },
  ],
])('a getStats that %s is harmless, and nothing is left after the end', async (_, getStats) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const kept = keptTelemetry();
  const before = vi.getTimerCount();
  const pc = quietConnection(getStats);
  const leg = instrumentPeerConnection(pc, { ...base, ...kept });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(pc.getStats).toHaveBeenCalled();
  const ended = leg.end('deleted');
  await vi.advanceTimersByTimeAsync(2000);
  await ended;
  expect(vi.getTimerCount()).toBe(before);
  expect(pc.removeEventListener).toHaveBeenCalled();
  vi.useRealTimers();
  expect((await kept.total('webrtc.connection.duration')).count).toBe(1);
});

test('statistics that never come are given up', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const pc = quietConnection(() => new Promise<never>(() => {}));
  instrumentPeerConnection(pc, { ...base, ...keptTelemetry() });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(pc.getStats).toHaveBeenCalledTimes(3);
});

test('a connection that is left alone without a word is over after a minute', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const kept = keptTelemetry();
  const pc = quietConnection(async () => new Map());
  instrumentPeerConnection(pc, { ...base, ...kept });
  await vi.advanceTimersByTimeAsync(150_000);
  pc.connectionState = 'disconnected';
  await vi.advanceTimersByTimeAsync(70_000);
  const spans = kept.spans('webrtc.connection').map(({ attributes }) => attributes);
  expect(spans.map((each) => each['connection.ended_by'])).toEqual([undefined, undefined, 'silent']);
  expect(spans.at(-1)?.['connection.duration_s']).toBeCloseTo(150, -1);
  expect(spans.at(-1)?.['connection.disconnects']).toBe(1);
  vi.useRealTimers();
});

test('a connection that was there before has no setup and no first packet, and is measured from now on', async () => {
  const kept = keptTelemetry();
  const leg = instrumentPeerConnection(
    quietConnection(async () => new Map()),
    { ...base, ...kept },
  );
  await leg.end('deleted');
  expect((await kept.total('webrtc.connection.setup.duration')).count).toBe(0);
  expect((await kept.total('webrtc.connection.duration')).count).toBe(1);
  expect(kept.spans('webrtc.negotiation')).toEqual([]);
  expect(kept.spans('webrtc.connection').map(({ links }) => links)).toEqual([[]]);
});

test('what was lost before a connection was instrumented is not lost again', async () => {
  const kept = keptTelemetry();
  const { server, sent, leg: whole, kept: all } = await viewing(oneInTwenty);
  await sent.write(200);
  await told(all, { packets: 200, lost: 10 });
  const leg = instrumentPeerConnection(server, { ...base, ...kept });
  await sent.write(200);
  await told(kept, { packets: 200, lost: 10 });
  await whole.end('deleted');
  await leg.end('deleted');
  expect((await kept.total('webrtc.rtp.packets.lost')).sum).toBe(10);
});

test('a negotiation that never comes to a connection ends, without a duration', async () => {
  const kept = keptTelemetry();
  const server = peer();
  const leg = instrumentPeerConnection(server, { ...base, ...kept });
  await leg.end('deleted');
  expect(kept.spans('webrtc.negotiation').map(({ attributes }) => attributes['connection.state'])).toEqual(['new']);
  expect(kept.spans('webrtc.connection')).toEqual([]);
  expect(await kept.points()).toEqual([]);
});

test('it keeps no process alive', () => {
  const program = `
    import { instrumentPeerConnection, startTelemetry } from './src/server/index.ts';
    const telemetry = startTelemetry({ endpoint: 'http://localhost:9', serviceName: 'sfu' });
    const pc = { connectionState: 'connected', getStats: () => new Promise(() => {}), addEventListener() {}, removeEventListener() {} };
    instrumentPeerConnection(pc, { streamId: 'demo', peerId: 'p1', role: 'viewer', ...telemetry });
    console.log(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(output.trim()).toBe('0');
});

test.each<[Partial<Record<keyof PeerConnectionOptions, unknown>>, string]>([
  [{ streamId: '' }, 'playscope: streamId must be a text of 1 to 256 characters, received "".'],
  [{ role: 'sfu' }, "playscope: role must be 'publisher' or 'viewer', received \"sfu\"."],
  [{ pollEveryMs: 1 }, 'playscope: pollEveryMs must be a number of milliseconds from 500 to 60000, received 1.'],
])('a wrong option gives one sentence and measures nothing: %o', async (wrong, sentence) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  const pc = quietConnection(async () => new Map());
  const leg = instrumentPeerConnection(pc, { ...base, ...wrong } as PeerConnectionOptions);
  await leg.end('deleted');
  expect(said.mock.calls).toEqual([[`${sentence} Nothing is measured.`]]);
  expect(pc.addEventListener).not.toHaveBeenCalled();
});

test.each([
  undefined,
  'nonsense',
  '00-00000000000000000000000000000000-0000000000000000-00',
])('traceparent %s: a trace of its own', async (header) => {
  const kept = keptTelemetry();
  const leg = instrumentPeerConnection(peer(), { ...base, ...kept, traceparent: header });
  await leg.end('deleted');
  expect(kept.spans('webrtc.negotiation').map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined]);
});

/** Connected, and says nothing by itself. */
function quietConnection(getStats: () => Promise<ReadonlyMap<string, Attributes>>) {
  return {
    connectionState: 'connected',
    getStats: vi.fn(getStats),
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  };
}
