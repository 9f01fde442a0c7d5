import { describe, expect, test } from 'vitest';
import { sfuStage, until } from './test-stage.ts';

const { url, order, pair, viewer, sessionOf, ruleOf } = sfuStage();

describe('a fault', { timeout: 30_000 }, () => {
  test('loses exactly the share that was ordered, for one viewer and not for the other', async () => {
    const { sender, watcher } = await pair();
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
    const { sender, watcher } = await pair();
    await order({ match: '/whep/', effect: 'loss', value: 0.5, rtx: true });
    await sender.send(100);
    await until(async () => (await sessionOf(watcher)).kinds.video.rtx > 10);
    const { rtx, rtxDropped } = (await sessionOf(watcher)).kinds.video;
    expect(Math.abs(rtxDropped - rtx / 2)).toBeLessThanOrEqual(1);
  });

  test('loses packets on the way from the publisher, and asks for them again', async () => {
    const { sender, watcher } = await pair();
    await order({ match: '/whip/live', effect: 'loss', value: 0.1 });
    await sender.send(200);
    await until(async () => (await sessionOf(sender)).kinds.video.packets === 200);
    const { video } = (await sessionOf(sender)).kinds;
    expect(video.dropped).toBe(20);
    expect(video.nacks).toBeGreaterThan(0);
    await until(async () => (await sessionOf(watcher)).kinds.audio.packets === 180);
  });

  test('freezes the picture and not the sound, and asks for a key frame when it goes on', async () => {
    const { sender, watcher } = await pair();
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
    const { sender, watcher } = await pair();
    const fault = await order({ match: '/whep/live', effect: 'delay', value: 300 });
    const sentAt = performance.now();
    await sender.send(8);
    await until(() => watcher.arrived.video === 8);
    expect((watcher.at[0] ?? 0) - sentAt).toBeGreaterThanOrEqual(300);
    await order({ match: '/whep/live', effect: 'delay', value: 8000 });
    await sender.send(8);
    await until(async () => (await sessionOf(watcher)).kinds.video.packets === 16);
    expect(watcher.arrived.video).toBe(8);
    expect((await fetch(`${url()}/faults`, { method: 'DELETE' })).status).toBe(200);
    await until(() => watcher.arrived.video === 16);
    expect((await ruleOf(fault)).endedAt).not.toBeNull();
  });

  test('caps the rate by losing what its line cannot hold', async () => {
    const { sender, watcher } = await pair();
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
    const { sender, watcher } = await pair();
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
});
