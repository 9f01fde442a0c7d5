import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageCode } from '../scripts/page-code.ts';
import type { Edge } from './edge.ts';

/** The players that pages can have; the older ones by script tag only. */
const players = {
  hls: 'hls.js/dist/hls.min.js',
  hls15: 'hls15/dist/hls.min.js',
  hls16: 'hls16/dist/hls.min.js',
  dash: 'dashjs/dist/modern/umd/dash.all.min.js',
  dash4: 'dash4/dist/dash.all.min.js',
} as const;

export type PlayerName = keyof typeof players | 'webrtc';

/** What a page can have besides: an environment that is hard on strangers, or an OpenTelemetry of its own. */
export type Company = 'hostile' | 'open-telemetry';

// What a page with a strict policy allows: no inline script, no eval, no worker.
const strict =
  "default-src 'none'; script-src 'self'; connect-src http://localhost:*; media-src blob:; img-src data:; require-trusted-types-for 'script'";

const inPage = [
  'npm-hls',
  'npm-dash',
  'npm-webrtc',
  'parts-hls',
  'parts-dash',
  'webrtc',
  'probe',
  'drivers',
  'hostile',
  'open-telemetry',
];
// What an application's bundler makes, and what looks on from beside it.
const modules = /^(npm-.*|parts-.*|probe|drivers)$/;

/**
 * Serves the pages of the stories: `/{build}/{player}` or `/{build}/{player}/{company}`, with two videos, a player, and the SDK
 * loaded in one of its two ways.
 */
export async function servePages(edge: Edge): Promise<{ readonly url: string; close(): Promise<void> }> {
  const scripts = new Map<string, () => Promise<string>>([
    ['playscope', () => readFile('dist/playscope.js', 'utf8')],
    ...Object.entries(players).map(([name, file]) => [name, () => readFile(`node_modules/${file}`, 'utf8')] as const),
    ...inPage.map((name) => [name, once(() => pageCode(`e2e/page/${name}.ts`))] as const),
  ]);
  const server = createServer(async (request, response) => {
    if (edge.answer(request, response)) return;
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, name = ''] = /^\/([\w-]+)\.js$/.exec(pathname) ?? [];
    const body = (await scripts.get(name)?.()) ?? page(pathname);
    response.writeHead(body ? 200 : 404, {
      'content-type': `${name ? 'text/javascript' : 'text/html'}; charset=utf-8`,
      ...(pathname.endsWith('/hostile') && { 'content-security-policy': strict }),
    });
    response.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, ready));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function page(path: string): string | undefined {
  if (path === '/blank') return '<!doctype html><title>elsewhere</title>';
  const [, build, player = '', company] = path.split('/');
  if (!(player in players) && player !== 'webrtc') return undefined;
  const driven = player === 'webrtc' ? ['webrtc'] : ['drivers'];
  const own = build !== 'script' ? [`${build}-${player}`] : [...(player in players ? [player] : []), 'playscope'];
  const files = [...(company ? [company] : []), ...own, 'probe', ...driven];
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>story</title>
    <video id="video" muted playsinline width="640" height="360"></video>
    <video id="second" muted playsinline width="320"></video>
    ${files.map((file) => `<script ${modules.test(file) ? 'type="module" ' : ''}src="/${file}.js"></script>`).join('')}`;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
