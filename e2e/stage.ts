import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import { startOrigin } from '../demo/origin.ts';
import { pageCode } from '../scripts/page-code.ts';
import type { Build } from './build.ts';
import { test as base } from './build.ts';
import type { Collector } from './collector.ts';
import { collectorApi } from './collector.ts';
import type { Asked, Edge } from './edge.ts';
import { edgeOf } from './edge.ts';
import type { Origin } from './origin.ts';
import { originApi } from './origin.ts';
import type { Player } from './player.ts';
import { players } from './player.ts';

/** Everything that a story needs: a live origin with faults, a collector, pages, and questions to all of them. */
export type Stage = {
  readonly collector: Collector;
  readonly origin: Origin;
  /** Where the pages are: another origin than the stream's. */
  readonly site: string;
  /** `stream.id` of this story alone, as the stories of a worker share a collector. */
  readonly stream: string;
  /** The page of this build, for stories that open it by themselves. */
  readonly pageUrl: string;
  readonly source: string;
  /** The same stream from the pages' own origin, and what was asked for there. */
  readonly edge: { readonly source: string; asked(): readonly Asked[] };
  readonly players: (page: Page) => Player;
};

type Worker = {
  readonly servers: {
    readonly collectorUrl: string;
    readonly originUrl: string;
    readonly siteUrl: string;
    readonly edge: Edge;
  };
};

let stories = 0;

export const test = base.extend<{ stage: Stage }, Worker>({
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from this pattern.
    async ({}, use) => {
      const collector = await startCollector({ port: 0 });
      const origin = await startOrigin({ port: 0 });
      const edge = edgeOf(origin.url);
      const site = await servePages(edge);
      await use({ collectorUrl: collector.url, originUrl: origin.url, siteUrl: site.url, edge });
      await Promise.all([collector.close(), origin.close(), site.close()]);
    },
    { scope: 'worker' },
  ],
  stage: async ({ servers, build }, use, { workerIndex }) => {
    stories += 1;
    const stream = `story-${workerIndex}-${stories}`;
    const origin = originApi(servers.originUrl);
    const site = servers.siteUrl;
    const pageUrl = `${site}/${build}`;
    const source = `${servers.originUrl}/live/master.m3u8`;
    await use({
      collector: collectorApi(servers.collectorUrl, stream),
      origin,
      site,
      stream,
      pageUrl,
      source,
      edge: { source: `${site}/edge/${stream}/live/master.m3u8`, asked: () => servers.edge.asked(stream) },
      players: (page) => players(page, { url: pageUrl, collectorUrl: servers.collectorUrl, source, stream }),
    });
    await origin.heal();
  },
});

const classic = new Set(['hls.js', 'hls15.js', 'hls16.js', 'playscope.js', 'hostile.js', 'open-telemetry.js']);
const scripts: Record<Build, readonly string[]> = { npm: ['npm.js'], script: ['hls.js', 'playscope.js'] };

// What a page with a strict policy allows: no inline script, no eval, no worker.
const strict =
  "default-src 'none'; script-src 'self'; connect-src http://localhost:*; media-src blob:; img-src data:; require-trusted-types-for 'script'";

/** The pages of the stories: one video, and the SDK loaded in one of its two ways. */
async function servePages(edge: Edge) {
  const [npm, probe, hostile, openTelemetry] = await Promise.all(
    ['npm', 'probe', 'hostile', 'open-telemetry'].map((name) => pageCode(`e2e/page/${name}.ts`)),
  );
  const page = (build: Build, first: readonly string[] = [], own = scripts[build]) =>
    `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>story</title>
    <video id="video" muted playsinline width="640" height="360"></video>
    <video id="second" muted playsinline width="320"></video>
    ${[...first, ...own, 'probe.js'].map((file) => `<script ${classic.has(file) ? '' : 'type="module" '}src="/${file}"></script>`).join('')}`;
  const files: Record<string, () => string | undefined | Promise<string>> = {
    '/npm': () => page('npm'),
    '/script': () => page('script'),
    '/npm/hostile': () => page('npm', ['hostile.js']),
    '/script/hostile': () => page('script', ['hostile.js']),
    // Older players, from their own files as a page would load them.
    '/script/hls15': () => page('script', [], ['hls15.js', 'playscope.js']),
    '/script/hls16': () => page('script', [], ['hls16.js', 'playscope.js']),
    '/npm/open-telemetry': () => page('npm', ['open-telemetry.js']),
    '/script/open-telemetry': () => page('script', ['open-telemetry.js']),
    '/blank': () => '<!doctype html><title>elsewhere</title>',
    '/npm.js': () => npm,
    '/probe.js': () => probe,
    '/hostile.js': () => hostile,
    '/open-telemetry.js': () => openTelemetry,
    '/playscope.js': () => readFile('dist/playscope.js', 'utf8'),
    '/hls.js': () => readFile('node_modules/hls.js/dist/hls.min.js', 'utf8'),
    '/hls15.js': () => readFile('node_modules/hls15/dist/hls.min.js', 'utf8'),
    '/hls16.js': () => readFile('node_modules/hls16/dist/hls.min.js', 'utf8'),
  };
  const server = createServer(async (request, response) => {
    if (edge.answer(request, response)) return;
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = files[path];
    const type = path.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.writeHead(file ? 200 : 404, {
      'content-type': `${type}; charset=utf-8`,
      ...(path.endsWith('/hostile') && { 'content-security-policy': strict }),
    });
    response.end(await file?.());
  });
  await new Promise<void>((ready) => server.listen(0, ready));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
