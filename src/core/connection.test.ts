// The life of a peer connection: setup, states, how it ended, told once each.
import { expect, test } from 'vitest';
import type { ConnectionSample } from './connection.ts';
import { timesUntil } from './connection.ts';
import { figuresOf } from './snapshot.ts';
import type { Line } from './test-events.ts';
import { run, told } from './test-events.ts';

const is = (at: number, state: ConnectionSample['state'], more: Partial<ConnectionSample> = {}): Line => [
  at,
  'sample',
  { connection: { state, ...more } },
];
const left = (at: number, reason: 'detach' | 'leave' | 'destroyed' = 'leave'): Line => [at, 'quit', { reason }];
const connected = [
  is(0, 'new'),
  is(100, 'connecting'),
  is(300, 'connecting', { iceConnected: true }),
  is(400, 'connected'),
];

test('setup runs from the first look to connected, with the part of ICE', () => {
  const [connect, ...more] = told(run(...connected, is(500, 'connected')), 'connect');
  expect(connect).toMatchObject({ at: 400, connection: { begunAt: 0, iceConnectedAt: 300, connectedAt: 400 } });
  expect(connect).not.toHaveProperty('errorType');
  expect(more).toEqual([]);
});

test('attached when it was connected already, nobody knows how long that took; the duration counts from there', () => {
  const all = run(is(1000, 'connected'), left(5000));
  expect(told(all, 'connect')).toEqual([]);
  expect(told(all, 'connection')).toMatchObject([{ at: 5000, connection: { connectedAt: 1000, whole: false } }]);
});

test.each([
  ['closed', [is(9000, 'closed'), left(9000, 'destroyed')], 9000, 'closed'],
  ['let go of', [left(9000, 'detach')], 9000, 'detach'],
  ['left with its page', [left(9000)], 9000, 'leave'],
  ['failed, and closed later', [is(6000, 'disconnected'), is(7000, 'failed'), is(9000, 'closed')], 7000, 'failed'],
  ['failed, and left later', [is(7000, 'failed'), left(9000)], 7000, 'failed'],
] as const)('%s: it ended once', (_, lines, at, endedBy) => {
  const ends = told(run(...connected, ...(lines as readonly Line[]), left(9500)), 'connection');
  expect(ends).toMatchObject([{ at, endedBy, connection: { connectedAt: 400 } }]);
});

test('a failure that an ICE restart heals ends nothing', () => {
  const healed = [is(7000, 'failed'), is(8000, 'connected', { iceUfrag: 'b' }), is(20_000, 'closed')];
  const all = run(is(0, 'new', { iceUfrag: 'a' }), ...connected.slice(1), ...healed);
  expect(told(all, 'connection')).toMatchObject([{ at: 20_000, endedBy: 'closed', connection: { iceRestarts: 1 } }]);
  expect(told(all, 'connect')).toHaveLength(1);
});

test('a disconnection is counted and is no end', () => {
  const { session } = run(...connected, is(2000, 'disconnected'), is(3000, 'connected'), is(4000, 'disconnected'));
  expect(session.connection).toMatchObject({ disconnects: 2, over: false, connectedAt: 400 });
});

test('time in states adds up', () => {
  const { session } = run(...connected, is(2000, 'disconnected'), is(3000, 'connected'));
  const times = session.connection && timesUntil(session.connection, 5000);
  expect(times).toEqual({ new: 100, connecting: 300, connected: 3600, disconnected: 1000, failed: 0, closed: 0 });
  const figures = figuresOf(session, 5000).webrtc;
  expect(figures).toMatchObject({ setupSec: 0.4, connectedSec: 4.6, times: { connected: 3.6 } });
});

test.each([
  ['failed', [is(5000, 'failed')], 'connection_failed'],
  ['closed before', [is(5000, 'closed')], 'never_connected'],
  ['left before', [left(5000)], 'never_connected'],
] as const)('never connected, %s: told with an error, and there is no setup', (_, lines, errorType) => {
  const all = run(is(0, 'new'), ...(lines as readonly Line[]));
  expect(told(all, 'connect')).toMatchObject([{ at: 5000, errorType }]);
  expect(all.session.connection?.connectedAt).toBeUndefined();
});

test('another candidate pair is a change, the first one is none; what is not told stays', () => {
  const pair = (id: string) => ({ id, localType: 'host' });
  const { session } = run(
    ...connected,
    is(1000, 'connected', { pair: pair('a'), rttSec: 0.02 }),
    is(2000, 'connected', { pair: pair('a') }),
    is(3000, 'connected', { pair: pair('b') }),
    is(4000, 'connected'),
  );
  expect(session.connection).toMatchObject({ pairChanges: 1, pair: pair('b'), rttSec: 0.02 });
});

test('the connection outlives a viewing that failed and was begun again', () => {
  const again = run(
    ...connected,
    [500, 'play'],
    is(7000, 'failed'),
    [7000, 'error'],
    [7500, 'play'],
    is(8000, 'closed'),
  );
  expect(told(again, 'connection')).toMatchObject([{ at: 7000, endedBy: 'failed', connection: { connectedAt: 400 } }]);
  expect(again.session.view).toBe(2);
});

test('a stall of a peer connection has the cause webrtc', () => {
  const all = run(...connected, [500, 'playing'], [1000, 'waiting'], [2000, 'playing']);
  expect(told(all, 'stall')).toMatchObject([{ from: 1000, to: 2000, cause: 'webrtc' }]);
});
