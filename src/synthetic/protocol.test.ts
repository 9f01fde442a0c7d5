import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { protocolOf } from './protocol.ts';

type Answer = { readonly status?: number; readonly type?: string; readonly body?: string; readonly headers?: object };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: (request: IncomingMessage) => Answer): Promise<string> {
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const { status = 200, type = 'application/octet-stream', body = '', headers = {} } = answer(request);
    response.writeHead(status, { 'content-type': type, 'access-control-allow-origin': '*', ...headers }).end(body);
  };
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const hls = '#EXTM3U\n#EXT-X-VERSION:7\n';
const mpd = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made here -->\n<MPD type="dynamic"/>';

test.each([
  ['/live', { body: hls }, 'hls'],
  ['/live.m3u8', { body: `\uFEFF${hls}` }, 'hls'],
  ['/live', { body: mpd }, 'dash'],
  ['/live.mpd', { body: mpd }, 'dash'],
  ['/', { body: '<p>hello', type: 'text/html; charset=utf-8' }, 'page'],
  ['/', { body: '<!doctype html>' }, 'page'],
] as const)('%s with %j', async (path, answer, protocol) => {
  expect(await protocolOf({ url: `${await serve(() => answer)}${path}` })).toBe(protocol);
});

test('WHEP by its name, and by what it accepts', async () => {
  const url = await serve(({ method }) =>
    method === 'OPTIONS' ? { status: 204, headers: { 'accept-post': 'application/sdp' } } : { status: 405 },
  );
  expect(await protocolOf({ url: `${url}/whep/live` })).toBe('webrtc');
  expect(await protocolOf({ url: `${url}/endpoint/live` })).toBe('webrtc');
});

test.each([
  ['/live.m3u8', { status: 404 }, /answered 404: check the address, and that the stream is on$/],
  ['/live.m3u8', { status: 403 }, /answered 403: it wants to know who asks/],
  ['/live.m3u8', { status: 502 }, /answered 502: the server is in trouble/],
  [
    '/live.m3u8',
    { body: mpd, type: 'application/dash+xml' },
    /expected an HLS playlist, received application\/dash\+xml, which --protocol dash plays/,
  ],
  [
    '/live.m3u8',
    { body: '<html>', type: 'text/html' },
    /expected an HLS playlist, received text\/html, which --protocol page plays/,
  ],
  [
    '/clip',
    { body: 'ftyp', type: 'video/mp4' },
    /is not a stream: expected a playlist, a manifest, a WHEP endpoint or a web page, received video\/mp4$/,
  ],
])('%s with %j is refused', async (path, answer, sentence) => {
  await expect(protocolOf({ url: `${await serve(() => answer)}${path}` })).rejects.toThrow(sentence);
});

test('CORS is asked about only where a browser will ask', async () => {
  const url = await serve(() => ({ body: hls, headers: { 'access-control-allow-origin': 'https://tv.example' } }));
  await expect(protocolOf({ url, origin: 'http://127.0.0.1:1' })).rejects.toThrow(
    /refuses other sites \(CORS\): its answer allows https:\/\/tv\.example only; /,
  );
  expect(await protocolOf({ url, origin: 'https://tv.example' })).toBe('hls');
  expect(await protocolOf({ url })).toBe('hls');
});

test('the headers of the viewer are those of the question', async () => {
  const url = await serve(({ headers }) => (headers.authorization === 'Bearer it' ? { body: hls } : { status: 401 }));
  await expect(protocolOf({ url })).rejects.toThrow(/401/);
  expect(await protocolOf({ url, headers: { authorization: 'Bearer it' } })).toBe('hls');
});
