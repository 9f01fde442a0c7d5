import { expect, test } from 'vitest';
import { readFragment, withCredentials, writeFragment } from './sdp-fragment.ts';
import type { Session } from './session.ts';
import { sfuStage, until } from './test-stage.ts';

const { url, read, pair } = sfuStage();

const patch = (id: string, body: string) =>
  fetch(`${url()}/session/${id}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/trickle-ice-sdpfrag' },
    body,
  });

test('a viewer restarts ICE, and the stream goes on by the new way', { timeout: 30_000 }, async () => {
  const { sender, watcher } = await pair();
  const { connection, id } = watcher;
  const before = readFragment(connection.remoteDescription?.sdp ?? '');
  await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
  const response = await patch(id, writeFragment(connection.localDescription?.sdp ?? ''));
  expect(response.status).toBe(200);
  const fragment = readFragment(await response.text());
  if (!fragment) throw new Error('expected a fragment in the answer');
  expect(fragment.ufrag).not.toBe(before?.ufrag);
  const answer = withCredentials(connection.remoteDescription?.sdp ?? '', fragment);
  await connection.setRemoteDescription({ type: 'answer', sdp: answer });
  for (const candidate of fragment.candidates) await connection.addIceCandidate(candidate);
  await Promise.all(connection.iceTransports.map((transport) => transport.start()));
  await until(async () => {
    await sender.send(4);
    return watcher.arrived.video > 40 && watcher.arrived.audio > 40;
  });
  expect((await read<Session[]>('/sessions')).find((session) => session.id === id)?.endedAt).toBeNull();
});

test('candidates that come later are taken, and what is no fragment is refused', async () => {
  const { watcher } = await pair();
  const { ufrag, pwd } = readFragment(watcher.connection.localDescription?.sdp ?? '') ?? {};
  const media = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0';
  const candidate = `a=candidate:9 1 udp 2116026367 127.0.0.1 9 typ host`;
  expect(
    (await patch(watcher.id, `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${pwd}\r\n${media}\r\n${candidate}\r\n`)).status,
  ).toBe(204);
  const refused = await patch(watcher.id, 'hello');
  expect([refused.status, await refused.text()]).toEqual([
    400,
    'body: expected an SDP fragment with ice-ufrag and ice-pwd, received none\n',
  ]);
});
