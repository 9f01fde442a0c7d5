import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Store } from '../../demo/delivery/store.ts';
import { loadLoop } from '../../demo/packager/loop.ts';
import { muxSegment, newestSegment } from '../../demo/packager/mux.ts';
import { publishOnDemand } from '../../demo/packager/on-demand.ts';
import { masterPlaylist, mediaPlaylist } from '../../demo/packager/playlists.ts';
import { pageCode } from '../page-code.ts';

// Long enough for a second request of everything, short enough to watch to the end.
const segments = 4;

// Two of the loop's segments in one, so that there is one as long as most streams have them.
const together = 2;
const listed = 6;

/**
 * The page of the recordings; the first seconds of the demo's loop as a playlist with an end, under `/vod/`; and its pictures
 * as a live stream of segments of 4 s, without sound, under `/pictures/`.
 */
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
  const pictures = await livePictures();
  let answered = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const body = files.get(path) ?? pictures(path);
    if (/^\/(vod|pictures)\//.test(path)) answered += 1;
    const type = path.endsWith('.js') ? 'text/javascript' : path === '/' ? 'text/html' : 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, ready));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    /** Requests under `/vod/` and `/pictures/` that were answered so far. */
    answered: () => answered,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

async function vod(): Promise<Map<string, Uint8Array>> {
  const { renditions, segmentSec } = await loadLoop();
  const store: Store = new Map();
  const short = renditions.map((rendition) => ({ ...rendition, segments: rendition.segments.slice(0, segments) }));
  publishOnDemand({ renditions: short, segmentSec }, store);
  return new Map([...store].map(([path, { bytes }]) => [path, bytes]));
}

/** What stands at a path of the live stream now. */
async function livePictures(): Promise<(path: string) => string | Uint8Array | undefined> {
  const loop = await loadLoop();
  const renditions = loop.renditions.filter(({ kind }) => kind === 'video');
  const segmentSec = loop.segmentSec * together;
  return (path) => {
    if (path === '/pictures/master.m3u8') return masterPlaylist(renditions);
    const [, name, file = ''] = /^\/pictures\/(\w+)\/(.+)$/.exec(path) ?? [];
    const rendition = renditions.find((each) => each.name === name);
    if (!rendition) return undefined;
    if (file === rendition.init) return rendition.initBytes;
    if (file === 'index.m3u8') {
      const last = newestSegment(Date.now(), segmentSec);
      return mediaPlaylist(rendition.init, { first: last - listed + 1, last, segmentSec });
    }
    const sequence = Number(/^seg-(\d+)\.m4s$/.exec(file)?.[1]);
    if (!(sequence <= newestSegment(Date.now(), segmentSec))) return undefined;
    const first = sequence * together;
    const parts = Array.from({ length: together }, (_, index) => muxSegment(rendition, first + index, loop.segmentSec));
    return Buffer.concat(parts);
  };
}
