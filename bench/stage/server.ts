// What the viewings talk to, in a process of its own: the site with its stream, and, as another origin, a sink for all that is sent.
// Tells both addresses.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../../demo/listen.ts';
import { pageCode } from '../../scripts/page-code.ts';
import { onDemand } from './media.ts';
import type { Sdk } from './sdks.ts';
import { scriptsOf } from './sdks.ts';
import type { Sent } from './sent.ts';

const media = await onDemand(180);
const player = 'node_modules/hls.js/dist/hls.min.js';
/** Pages by path; those of short times are isolated, which makes the browser's clock fine: 5 µs instead of 100. */
const pages = new Map<string, { entry: string; needs: readonly string[]; isolated?: true }>([
  ['/play', { entry: 'bench/playback/page.ts', needs: [player] }],
  ['/attach', { entry: 'bench/attach/page.ts', needs: [player], isolated: true }],
  ['/hours', { entry: 'bench/hours/page.ts', needs: [] }],
  ['/view', { entry: 'bench/webrtc/page.ts', needs: [] }],
  ['/publish', { entry: 'e2e/page/webrtc.ts', needs: [] }],
]);
const scripts = new Map<string, string>();
for (const file of [
  ...Object.values(scriptsOf).flat(),
  ...[...pages.values()].flatMap(({ entry, needs }) => [...needs, entry]),
])
  scripts.set(`/${file}`, file.endsWith('.ts') ? await pageCode(file) : readFileSync(file, 'utf8'));
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
let sent: Sent[] = [];
/** Answers that are held back, while segments are. */
let held: (() => void)[] | undefined;

const site = await listen(createServer(answerSite), { port: 0 });
const sink = await listen(createServer(answerSink), { port: 0 });
process.send?.({ site: site.url, sink: sink.url });
process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message === 'hold') held = [];
  if (message === 'release') {
    for (const go of held ?? []) go();
    held = undefined;
  }
});

function answerSite({ url = '' }: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(url, 'http://site');
  const page = pages.get(pathname);
  if (page) {
    if (page.isolated) for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    return reply(response, 'text/html; charset=utf-8', html(searchParams.get('sdk') as Sdk, page));
  }
  const script = scripts.get(pathname);
  if (script) return reply(response, 'text/javascript', script);
  const file = media.get(pathname);
  if (!file) return void response.writeHead(404).end();
  const go = () => reply(response, file.type, file.bytes);
  if (held && pathname.endsWith('.m4s')) held.push(go);
  else go();
}

function reply(response: ServerResponse, type: string, body: string | Uint8Array) {
  response.writeHead(200, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'timing-allow-origin': '*',
  });
  response.end(body);
}

function html(sdk: Sdk, { needs, entry }: { needs: readonly string[]; entry: string }) {
  const files = [...scriptsOf[sdk], ...needs, entry];
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>viewing</title>
    <video id="video" muted playsinline width="640" height="360"></video>
    ${files.map((file) => `<script src="/${file}"></script>`).join('')}`;
}

/** Takes everything, as the collectors of all of them do; GET gives what came since the last GET. */
async function answerSink(request: IncomingMessage, response: ServerResponse) {
  const { method = '', url = '', headers, rawHeaders } = request;
  const arrivedAt = Date.now();
  const body = await buffer(request).catch(() => Buffer.alloc(0));
  response.setHeader('access-control-allow-origin', headers.origin ?? '*');
  response.setHeader('access-control-allow-credentials', 'true');
  if (method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(sent));
    sent = [];
    return;
  }
  const headerBytes = rawHeaders.reduce(
    (sum, text) => sum + text.length + 2,
    `${method} ${url} HTTP/1.1\r\n\r\n`.length,
  );
  const encoding = headers['content-encoding'] ?? null;
  sent.push({ arrivedAt, method, path: url, headerBytes, encoding, body: body.toString('base64') });
  if (method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'POST');
    response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
    response.setHeader('access-control-max-age', '7200');
    response.writeHead(204).end();
    return;
  }
  response.writeHead(url.startsWith('/collect') ? 202 : 200, { 'content-type': 'application/json' }).end('{}');
}
