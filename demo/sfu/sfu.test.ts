import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import type { Running } from '../listen.ts';
import { startSfu } from '../sfu.ts';
import type { RuleEntry } from './faults.ts';
import type { RuleOrder } from './rule.ts';
import type { Session } from './session.ts';
import { publish, watch } from './test-client.ts';

let sfu: Running;
const clients: { readonly connection: RTCPeerConnection }[] = [];

beforeEach(async () => {
  sfu = await startSfu({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map(({ connection }) => connection.close()));
  await sfu.close();
});

const read = async <T>(path: string) => (await (await fetch(sfu.url + path)).json()) as T;
const sessionOf = async ({ id }: { readonly id: string }) =>
  (await read<Session[]>('/sessions')).find((session) => session.id === id) as Session;
const ruleOf = async (fault: string) =>
  (await read<RuleEntry[]>('/faults/log')).find(({ id }) => id === fault) as RuleEntry;
const until = <T>(ask: () => T | Promise<T>) => vi.waitUntil(ask, { timeout: 15_000, interval: 10 });

async function order(rule: RuleOrder): Promise<string> {
  const response = await fetch(`${sfu.url}/faults`, { method: 'POST', body: JSON.stringify(rule) });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

async function joined<T extends { readonly connection: RTCPeerConnection }>(joining: Promise<T>): Promise<T> {
  const client = await joining;
  clients.push(client);
  await until(() => client.connection.connectionState === 'connected');
  return client;
}
const publisher = (stream = 'live') => joined(publish(`${sfu.url}/whip/${stream}`));
const viewer = (stream = 'live') => joined(watch(`${sfu.url}/whep/${stream}`));

async function stage() {
  const sender = await publisher();
  return { sender, watcher: await viewer() };
}

describe('an SFU', { timeout: 30_000 }, () => {
  test('sends sound and picture of the publisher to every viewer, and counts what it sends', async () => {
    const { sender, watcher } = await stage();
    const other = await viewer();
    await sender.send(200);
    await until(() => [watcher, other].every(({ arrived }) => arrived.video === 200 && arrived.audio === 200));
    for (const each of [watcher, other]) {
      const { kinds, role, state, peerId } = await sessionOf(each);
      expect({ role, state, peerId }).toEqual({ role: 'viewer', state: 'connected', peerId: each.id });
      expect(kinds.video).toMatchObject({ packets: 200, dropped: 0, rtxDropped: 0 });
      expect(kinds.audio).toMatchObject({ packets: 200, dropped: 0, rtx: 0 });
    }
    expect((await sessionOf(sender)).kinds.video.packets).toBe(200);
  });

  test('loses exactly the share that was ordered, for one viewer and not for the other', async () => {
    const { sender, watcher } = await stage();
    const other = await viewer();
    const fault = await order({ match: `/whep/live/${watcher.id}`, effect: 'loss', value: 0.05 });
    const heavy = await order({ match: other.id, effect: 'loss', value: 0.2, seed: 3 });
    await sender.send(400);
    await until(() => watcher.arrived.video >= 380 && other.arrived.audio >= 320);
    expect((await sessionOf(watcher)).kinds.video).toMatchObject({ packets: 400, dropped: 20 });
    expect((await sessionOf(watcher)).kinds.audio).toMatchObject({ packets: 400, dropped: 20 });
    expect((await sessionOf(other)).kinds.video).toMatchObject({ packets: 400, dropped: 80 });
    expect(watcher.arrived).toEqual({ video: 380, audio: 380 });
    expect(other.arrived).toEqual({ video: 320, audio: 320 });
    // Lost pictures were asked for again and came, lost sound is gone.
    const { video, audio } = (await sessionOf(watcher)).kinds;
    expect(video.nacks).toBeGreaterThan(0);
    expect(video.rtx).toBeGreaterThanOrEqual(20);
    expect(video.rtxDropped).toBe(0);
    expect(audio.rtx).toBe(0);
    expect((await ruleOf(fault)).sessions[watcher.id]?.audio).toEqual({
      packets: 400,
      dropped: 20,
      rtx: 0,
      rtxDropped: 0,
    });
    expect(Object.keys((await ruleOf(heavy)).sessions)).toEqual([other.id]);
  });

  test('loses retransmissions only where that was ordered', async () => {
    const { sender, watcher } = await stage();
    await order({ match: '/whep/', effect: 'loss', value: 0.5, rtx: true });
    await sender.send(100);
    await until(async () => (await sessionOf(watcher)).kinds.video.rtx > 10);
    const { rtx, rtxDropped } = (await sessionOf(watcher)).kinds.video;
    expect(Math.abs(rtxDropped - rtx / 2)).toBeLessThanOrEqual(1);
  });

  test('loses packets on the way from the publisher, and asks for them again', async () => {
    const { sender, watcher } = await stage();
    await order({ match: '/whip/live', effect: 'loss', value: 0.1 });
    await sender.send(200);
    await until(async () => (await sessionOf(sender)).kinds.video.packets === 200);
    const { video } = (await sessionOf(sender)).kinds;
    expect(video.dropped).toBe(20);
    expect(video.nacks).toBeGreaterThan(0);
    await until(async () => (await sessionOf(watcher)).kinds.audio.packets === 180);
  });

  test('freezes the picture and not the sound, and asks for a key frame when it goes on', async () => {
    const { sender, watcher } = await stage();
    await sender.send(20);
    await until(() => watcher.arrived.video === 20);
    const fault = await order({ match: '/whep/**', effect: 'freeze', durationMs: 400 });
    await sender.send(50);
    await until(() => watcher.arrived.audio === 70);
    expect(watcher.arrived.video).toBe(20);
    await until(async () => (await ruleOf(fault)).endedAt !== null);
    const asked = sender.received.plis;
    await sender.send(10);
    await until(() => watcher.arrived.video === 30 && sender.received.plis > asked);
    const { addedAt, endedAt, sessions } = await ruleOf(fault);
    expect(Math.abs((endedAt ?? 0) - addedAt - 400)).toBeLessThan(150);
    expect(sessions[watcher.id]?.video).toMatchObject({ packets: 50, dropped: 50 });
    expect(sessions[watcher.id]?.audio).toBeUndefined();
  });

  test('delays what it sends, and lets it go in order when the delay ends', async () => {
    const { sender, watcher } = await stage();
    const fault = await order({ match: '/whep/live', effect: 'delay', value: 300 });
    const sentAt = performance.now();
    await sender.send(8);
    await until(() => watcher.arrived.video === 8);
    expect((watcher.at[0] ?? 0) - sentAt).toBeGreaterThanOrEqual(300);
    await order({ match: '/whep/live', effect: 'delay', value: 8000 });
    await sender.send(8);
    await until(async () => (await sessionOf(watcher)).kinds.video.packets === 16);
    expect(watcher.arrived.video).toBe(8);
    expect((await fetch(`${sfu.url}/faults`, { method: 'DELETE' })).status).toBe(200);
    await until(() => watcher.arrived.video === 16);
    expect((await ruleOf(fault)).endedAt).not.toBeNull();
  });

  test('caps the rate by losing what its line cannot hold', async () => {
    const { sender, watcher } = await stage();
    // 600 packets of a good 200 bytes at 400 kbit/s and half a second of waiting: some 130 get through.
    const fault = await order({ match: '/whep/live', effect: 'cap', value: 400_000 });
    await sender.send(300);
    await until(async () => (await sessionOf(watcher)).kinds.audio.packets === 300);
    const { video, audio } = (await sessionOf(watcher)).kinds;
    expect(video.dropped).toBeGreaterThan(50);
    await until(() => watcher.arrived.audio === 300 - audio.dropped);
    expect((await ruleOf(fault)).sessions[watcher.id]?.video?.dropped).toBeGreaterThan(50);
  });

  test('falls silent at once when it is killed, and takes the same viewer again', async () => {
    const { sender, watcher } = await stage();
    const fault = await order({ match: watcher.id, effect: 'kill' });
    await sender.send(50);
    expect(await sessionOf(watcher)).toMatchObject({ state: 'closed', endedBy: 'kill' });
    expect((await ruleOf(fault)).endedAt).not.toBeNull();
    const again = await viewer();
    await sender.send(50);
    await until(() => again.arrived.video === 50);
    expect(watcher.arrived).toEqual({ video: 0, audio: 0 });
    expect(watcher.connection.connectionState).toBe('connected');
  });

  test('hands on the wish for a key frame, at most twice a second', async () => {
    const { sender, watcher } = await stage();
    await sender.send(10);
    await until(() => watcher.arrived.video === 10);
    const before = sender.received.plis;
    for (let i = 0; i < 5; i++) await watcher.requestKeyFrame();
    await until(async () => (await sessionOf(watcher)).kinds.video.plis === 5 && sender.received.plis > before);
    expect(sender.received.plis - before).toBeLessThanOrEqual(2);
    expect((await sessionOf(sender)).kinds.video.plis).toBe(sender.received.plis);
  });

  test('ends a session that is deleted', async () => {
    const { sender, watcher } = await stage();
    const remove = () => fetch(`${sfu.url}/session/${watcher.id}`, { method: 'DELETE' });
    expect((await remove()).status).toBe(200);
    const { state, endedBy, connectedAt, endedAt } = await sessionOf(watcher);
    expect({ state, endedBy }).toEqual({ state: 'closed', endedBy: 'delete' });
    expect(endedAt).toBeGreaterThan(connectedAt ?? 0);
    expect((await remove()).status).toBe(404);
    await sender.send(10);
    await until(async () => (await sessionOf(sender)).kinds.video.packets === 10);
    expect((await sessionOf(watcher)).kinds.video.packets).toBe(0);
  });

  test('lets a new publisher take over, and the viewers stay', async () => {
    const { sender, watcher } = await stage();
    await sender.send(20);
    await until(() => watcher.arrived.video === 20);
    const next = await publisher();
    expect(await sessionOf(sender)).toMatchObject({ state: 'closed', endedBy: 'replaced' });
    await next.send(20);
    await until(() => watcher.arrived.video === 40 && watcher.arrived.audio === 40);
    expect((await sessionOf(watcher)).kinds.video).toMatchObject({ packets: 40, nacks: 0 });
  });
});

describe('what is refused', () => {
  const post = (path: string, body: string, type = 'application/sdp') =>
    fetch(sfu.url + path, { method: 'POST', headers: { 'Content-Type': type }, body });

  test.each([
    ['/whip/live', '', 400, 'body: expected an SDP offer, received nothing'],
    ['/whip/live', 'hello', 400, 'body: expected an SDP offer, received "hello"'],
    ['/whip/live', 'v=0\r\nm=audio 9', 400, 'body: expected an SDP offer with a line m=video, received one without'],
    ['/whip/a%20b', 'v=0', 404, '/whip/a%20b: expected a name of letters, digits, dots, _ and -'],
    ['/session/none', 'v=0', 404, 'there is no session none'],
    ['/other', 'v=0', 404, '404: there is no /other'],
  ])('POST %s %j: %i %s', async (path, body, status, sentence) => {
    const response = await post(path, body);
    expect([response.status, await response.text()]).toEqual([status, `${sentence}\n`]);
  });

  test('an offer that only looks like one', async () => {
    const lines = ['v=0', 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=ice-ufrag:a', 'a=ice-pwd:b', 'a=fingerprint:c'];
    const response = await post('/whip/live', lines.join('\r\n'));
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(
      /^body: expected an offer that can be answered, received one that cannot: .+\n$/,
    );
    expect(await read('/sessions')).toEqual([]);
  });

  test('another content type, and a stream that nobody publishes', async () => {
    expect((await post('/whip/live', 'v=0', 'text/plain')).status).toBe(415);
    await expect(watch(`${sfu.url}/whep/live`)).rejects.toThrow('409: nobody publishes live yet');
  });

  test('an order that is none', async () => {
    const response = await post('/faults', JSON.stringify({ match: '/whep/', effect: 'loss', value: 5 }));
    expect([response.status, await response.text()]).toEqual([
      400,
      'value: expected a share of the packets from 0 to 1 (loss), received 5\n',
    ]);
  });

  test('nothing that a page of another origin needs', async () => {
    const { headers } = await fetch(`${sfu.url}/whep/live`, { method: 'OPTIONS' });
    expect(headers.get('access-control-allow-headers')).toContain('traceparent');
    expect(headers.get('access-control-expose-headers')).toContain('Location');
  });
});
