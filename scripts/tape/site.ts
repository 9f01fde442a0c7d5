import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Store } from '../../demo/delivery/store.ts';
import { loadLoop } from '../../demo/packager/loop.ts';
import { publishOnDemand } from '../../demo/packager/on-demand.ts';
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

async function vod(): Promise<Map<string, Uint8Array>> {
  const { renditions, segmentSec } = await loadLoop();
  const store: Store = new Map();
  const short = renditions.map((rendition) => ({ ...rendition, segments: rendition.segments.slice(0, segments) }));
  publishOnDemand({ renditions: short, segmentSec }, store);
  return new Map([...store].map(([path, { bytes }]) => [path, bytes]));
}
