// A peer connection and what must be said of it. That browsers count so is proved in e2e and by the truth bench.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CountingTarget, contract, testWatch } from './contract.ts';
import { TestPeer } from './webrtc/test-peer.ts';
import { webrtc } from './webrtc.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', Object.assign(new CountingTarget(), { visibilityState: 'visible', defaultView: null }));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function watched(peer = new TestPeer()) {
  const told = testWatch();
  const look = webrtc.watch(peer.peer, told.watch);
  return { ...told, peer, look };
}

async function playing() {
  const all = watched();
  all.peer.offer();
  await vi.advanceTimersByTimeAsync(300);
  all.peer.become('connected');
  await all.peer.receive(4000);
  return all;
}

describe('contract', () => {
  contract(webrtc, () => {
    const peer = new TestPeer();
    return {
      player: peer.peer,
      async play() {
        peer.offer();
        peer.become('connected');
        await peer.receive(500);
      },
      answer: () => vi.advanceTimersByTimeAsync(0),
      listeners: () => peer.listeners(),
      break() {
        peer.broken = true;
      },
    };
  });
});

test('a start: from the attach to the first decoded frame', async () => {
  const { words, session } = await playing();
  expect(words().filter((word) => word !== 'sample')).toEqual(['load', 'play', 'playing']);
  const { result, durationMs } = session().startup;
  expect(result).toBe('started');
  expect(durationMs).toBeGreaterThanOrEqual(300);
  expect(durationMs).toBeLessThan(1000);
});

test('attached late it says what is, and no start', async () => {
  const peer = new TestPeer();
  peer.offer();
  peer.become('connected');
  peer.count({ framesDecoded: 900, packetsReceived: 9000, nackCount: 50 });
  const { session, of } = watched(peer);
  await peer.receive(4000);
  expect(session()).toMatchObject({ state: 'playing', startup: { result: 'unseen' }, totals: { plays: 0 } });
  const packets = of('sample').flatMap(({ connection }) => connection?.streams ?? []);
  expect(packets.reduce((sum, { gained }) => sum + (gained.packetsReceived ?? 0), 0)).toBeLessThanOrEqual(400);
});

test('a connection that only sends is no viewing', async () => {
  const { peer, words, session } = watched();
  peer.offer('sendonly');
  peer.become('connected');
  await vi.advanceTimersByTimeAsync(5000);
  expect(new Set(words())).toEqual(new Set(['load', 'sample']));
  expect(session()).toMatchObject({ state: 'preloading', totals: { plays: 0 }, connection: { state: 'connected' } });
});

test('an offer to send and receive is a viewing once it is agreed', async () => {
  const { peer, words } = watched();
  peer.offer('sendrecv');
  expect(words()).not.toContain('play');
  peer.agree('sendrecv');
  expect(words()).toContain('play');
});

describe('statistics', () => {
  test('one question a period, and none while one is open', async () => {
    const { peer } = await playing();
    const before = peer.asked;
    await peer.receive(10_000);
    expect(peer.asked - before).toBe(5);
    peer.slow = true;
    await vi.advanceTimersByTimeAsync(30_000);
    // Each is given up after a second, and the next one comes two seconds later.
    expect(peer.asked - before).toBeLessThanOrEqual(5 + 11);
  });

  test('one that never answers or fails stops nothing', async () => {
    const { peer, session, faults } = await playing();
    const before = session().connection?.streams['received video']?.packets ?? 0;
    peer.slow = true;
    await vi.advanceTimersByTimeAsync(5000);
    peer.slow = false;
    peer.fails = true;
    await vi.advanceTimersByTimeAsync(60_000);
    peer.fails = false;
    await peer.receive(6000);
    expect(session().connection?.streams['received video']?.packets).toBeGreaterThan(before + 400);
    expect(faults).toEqual([]);
  });

  test('many tracks are asked for less often', async () => {
    const { peer } = await playing();
    for (let track = 0; track < 20; track++) peer.stats.set(`t${track}`, audio(track));
    await peer.receive(4000);
    const before = peer.asked;
    await peer.receive(20_000);
    expect(peer.asked - before).toBe(4);
  });

  test('totals that are asked for again and again are never added again', async () => {
    const { peer, session } = await playing();
    peer.count({ nackCount: 7, pliCount: 2 });
    await peer.receive(20_000);
    expect(session().connection?.streams['received video']).toMatchObject({ nacks: 7, plis: 2 });
  });
});

const audio = (ssrc: number) => ({ id: `t${ssrc}`, type: 'inbound-rtp', kind: 'audio', ssrc, packetsReceived: 1 });

describe('the picture', () => {
  test('a freeze that the browser counts is a stall of that length', async () => {
    const { peer, session } = await playing();
    peer.count({ freezeCount: 1, totalFreezesDuration: 0.6 });
    await peer.receive(4000);
    expect(session().totals.stalls).toBe(1);
    expect(session().totals.stallMs).toBeCloseTo(600);
  });

  test('one that goes on is a stall before the browser counts it', async () => {
    const { peer, session } = await playing();
    await vi.advanceTimersByTimeAsync(5000);
    expect(session().state).toBe('rebuffering');
    peer.count({ pauseCount: 1, totalPausesDuration: 5.1 });
    await peer.receive(4000);
    expect(session()).toMatchObject({ state: 'playing', totals: { stalls: 1 } });
    expect(session().totals.stallMs).toBeCloseTo(5100, -2);
  });

  test('a track that is muted may stand', async () => {
    const { peer, session } = await playing();
    peer.mute(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(session().state).toBe('playing');
  });

  test('so may one that was muted or not sent for a moment between two looks', async () => {
    const { peer, session } = await playing();
    peer.mute(true);
    peer.mute(false);
    peer.count({ freezeCount: 1, totalFreezesDuration: 1 });
    await peer.receive(4000);
    peer.agree('inactive');
    peer.agree('recvonly');
    peer.count({ freezeCount: 1, totalFreezesDuration: 1 });
    await peer.receive(4000);
    expect(session().totals.stalls).toBe(0);
    peer.count({ freezeCount: 1, totalFreezesDuration: 1 });
    await peer.receive(4000);
    expect(session().totals.stalls).toBe(1);
  });

  test('another size is another rendition, and a switch by its size', async () => {
    const { peer, session } = await playing();
    peer.show(1280, 720);
    await peer.receive(4000);
    peer.show(640, 360);
    await peer.receive(4000);
    expect(session().rendition).toMatchObject({ bitrate: 0, width: 640, height: 360 });
    expect(session().totals).toMatchObject({ switchesUp: 0, switchesDown: 1, mediaBits: 0 });
  });

  test('media is what was shown: the time that it stood is none', async () => {
    const { peer, session } = await playing();
    const before = session().totals.mediaSec;
    peer.count({ freezeCount: 1, totalFreezesDuration: 0.2 });
    for (let second = 0; second < 10; second++) {
      await peer.receive(750);
      // What is told between two answers counts nothing and hides nothing.
      peer.become('connected');
      await peer.receive(250);
    }
    expect(session().totals.mediaSec - before).toBeCloseTo(9.8, 5);
  });
});

describe('the end', () => {
  test('the page closes its connection: the last numbers, then quit, and the method is as it was', async () => {
    const { peer, of, session, detach } = await playing();
    peer.count({ packetsReceived: 1000 });
    peer.peer.close();
    expect(peer.connectionState).toBe('closed');
    await vi.advanceTimersByTimeAsync(0);
    expect(of('quit')).toMatchObject([{ reason: 'destroyed' }]);
    expect(session().connection).toMatchObject({ over: true, state: 'closed' });
    expect(session().connection?.streams['received video']?.packets).toBeGreaterThan(1000);
    detach();
    expect(Object.hasOwn(peer, 'close')).toBe(false);
  });

  test('a connection that answers nothing at its end is over all the same, at the instant of its close', async () => {
    const { peer, of } = await playing();
    peer.slow = true;
    const at = performance.now();
    peer.peer.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(of('quit')).toMatchObject([{ at }]);
  });

  test('let go of right after its close, it was closed', async () => {
    const { peer, session, look } = await playing();
    peer.slow = true;
    peer.peer.close();
    look();
    expect(session().connection).toMatchObject({ over: true, state: 'closed' });
  });

  test('a close that the page put on the object itself comes back', () => {
    const peer = new TestPeer();
    const own = vi.fn();
    peer.close = own;
    const { detach } = watched(peer);
    detach();
    expect(peer.close).toBe(own);
  });

  test('whoever wrapped it after us keeps their wrap', () => {
    const peer = new TestPeer();
    const { detach } = watched(peer);
    const ours = peer.close;
    const theirs = () => ours.call(peer);
    peer.close = theirs;
    detach();
    expect(peer.close).toBe(theirs);
    peer.close();
    expect(peer.connectionState).toBe('closed');
  });

  test('a failure ends playback, and a frame after it is playback again', async () => {
    const { peer, of, session } = await playing();
    peer.become('disconnected');
    peer.become('failed');
    expect(of('error')).toMatchObject([{ errorType: 'connection_failed', fatal: true }]);
    expect(session().state).toBe('failed');
    peer.become('connected');
    await peer.receive(4000);
    expect(session()).toMatchObject({ state: 'playing', connection: { disconnects: 1, over: false } });
  });

  test('closed before it is attached: no viewing, and nothing is left on it', () => {
    const peer = new TestPeer();
    peer.close();
    const { of, detach } = watched(peer);
    expect(of('quit')).toHaveLength(1);
    detach();
    expect(Object.hasOwn(peer, 'close')).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
