import { describe, expect, test } from 'vitest';
import { watch } from './test-client.ts';
import { sfuStage, until } from './test-stage.ts';

const { url, read, publisher, viewer, pair, sessionOf } = sfuStage();

describe('an SFU', { timeout: 30_000 }, () => {
  test('sends sound and picture of the publisher to every viewer, and counts what it sends', async () => {
    const { sender, watcher } = await pair();
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

  test('hands on the wish for a key frame, at most twice a second', async () => {
    const { sender, watcher } = await pair();
    await sender.send(10);
    await until(() => watcher.arrived.video === 10);
    const before = sender.received.plis;
    for (let i = 0; i < 5; i++) await watcher.requestKeyFrame();
    await until(async () => (await sessionOf(watcher)).kinds.video.plis === 5 && sender.received.plis > before);
    expect(sender.received.plis - before).toBeLessThanOrEqual(2);
    expect((await sessionOf(sender)).kinds.video.plis).toBe(sender.received.plis);
  });

  test('ends a session that is deleted', async () => {
    const { sender, watcher } = await pair();
    const remove = () => fetch(`${url()}/session/${watcher.id}`, { method: 'DELETE' });
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
    const { sender, watcher } = await pair();
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
    fetch(url() + path, { method: 'POST', headers: { 'Content-Type': type }, body });

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
    await expect(watch(`${url()}/whep/live`)).rejects.toThrow('409: nobody publishes live yet');
  });

  test('an order that is none', async () => {
    const response = await post('/faults', JSON.stringify({ match: '/whep/', effect: 'loss', value: 5 }));
    expect([response.status, await response.text()]).toEqual([
      400,
      'value: expected a share of the packets from 0 to 1 (loss), received 5\n',
    ]);
  });

  test('nothing that a page of another origin needs', async () => {
    const { headers } = await fetch(`${url()}/whep/live`, { method: 'OPTIONS' });
    expect(headers.get('access-control-allow-headers')).toContain('traceparent');
    expect(headers.get('access-control-expose-headers')).toContain('Location');
  });
});
