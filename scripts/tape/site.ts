import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadLoop } from '../../demo/packager/loop.ts';
import { muxSegment } from '../../demo/packager/mux.ts';
import { masterPlaylist, mediaPlaylist } from '../../demo/packager/playlists.ts';
import { pageCode } from '../page-code.ts';

// Long enough for a second request of everything, short enough to watch to the end.
const segments = 4;

/** The page of the recordings, and the first seconds of the demo's loop as a playlist with an end, under `/vod/`. */
export async function serveSite() {
  const script = await pageCode('scripts/tape/page.ts');
  const files = new Map<string, string | Uint8Array>([
    [
      '/',
      '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>tape</title><video muted playsinline width="640" height="360"></video><script src="/tape.js"></script>',
    ],
    ['/tape.js', script],
    ...(await vod()),
  ]);
  let answered = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const body = files.get(path);
    if (path.startsWith('/vod/')) answered += 1;
    const type = path.endsWith('.js') ? 'text/javascript' : path === '/' ? 'text/html' : 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, ready));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    /** Requests under `/vod/` that were answered so far. */
    answered: () => answered,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

async function vod(): Promise<Map<string, string | Uint8Array>> {
  const { renditions, segmentSec } = await loadLoop();
  const files = new Map<string, string | Uint8Array>([['/vod/master.m3u8', masterPlaylist(renditions)]]);
  for (const rendition of renditions) {
    const { name, init, initBytes } = rendition;
    const live = mediaPlaylist(init, { first: 0, last: segments - 1, segmentSec });
    files.set(`/vod/${name}/index.m3u8`, `${live}#EXT-X-ENDLIST\n`);
    files.set(`/vod/${name}/${init}`, initBytes);
    for (let sequence = 0; sequence < segments; sequence++) {
      files.set(`/vod/${name}/seg-${sequence}.m4s`, muxSegment(rendition, sequence, segmentSec));
    }
  }
  return files;
}
