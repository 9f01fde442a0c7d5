import type { Page } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import { startOrigin } from '../demo/origin.ts';
import { test as base } from './build.ts';
import type { Collector } from './collector.ts';
import { collectorApi } from './collector.ts';
import type { Asked, Edge } from './edge.ts';
import { edgeOf } from './edge.ts';
import type { Origin } from './origin.ts';
import { originApi } from './origin.ts';
import { servePages } from './pages.ts';
import type { Player } from './player.ts';
import { players } from './player.ts';
import type { ProtocolFacts } from './protocol.ts';
import { protocols } from './protocol.ts';

/** Everything that a story needs: a live origin with faults, a collector, pages, and questions to all of them. */
export type Stage = {
  readonly collector: Collector;
  readonly origin: Origin;
  /** Where the pages are: another origin than the stream's. */
  readonly site: string;
  /** `stream.id` of this story alone, as the stories of a worker share a collector. */
  readonly stream: string;
  readonly protocol: ProtocolFacts;
  /** The page of this build and protocol, for stories that open it by themselves. */
  readonly pageUrl: string;
  readonly source: string;
  /** The same stream from the pages' own origin, and what was asked for there. */
  readonly edge: { readonly source: string; asked(): readonly Asked[] };
  readonly players: (page: Page) => Player;
};

type Worker = {
  /** Whether the origin also publishes with low latency, which costs it some. */
  readonly lowLatency: boolean;
  /** Whether the packager and the origin tell the collector of their side. */
  readonly instrumented: boolean;
  readonly servers: {
    readonly collectorUrl: string;
    readonly originUrl: string;
    readonly siteUrl: string;
    readonly edge: Edge;
  };
};

let stories = 0;

export const test = base.extend<{ stage: Stage }, Worker>({
  lowLatency: [false, { option: true, scope: 'worker' }],
  instrumented: [false, { option: true, scope: 'worker' }],
  servers: [
    async ({ lowLatency, instrumented }, use) => {
      const collector = await startCollector({ port: 0 });
      const telling = instrumented ? { collector: collector.url, reportEveryMs: 2000 } : {};
      const origin = await startOrigin({ port: 0, lowLatency, ...telling });
      const edge = edgeOf(origin.url);
      const site = await servePages(edge);
      await use({ collectorUrl: collector.url, originUrl: origin.url, siteUrl: site.url, edge });
      await Promise.all([origin.close(), site.close()]);
      await collector.close();
    },
    { scope: 'worker' },
  ],
  stage: async ({ servers, build, protocol: name }, use, { workerIndex }) => {
    stories += 1;
    const stream = `story-${workerIndex}-${stories}`;
    const origin = originApi(servers.originUrl);
    const site = servers.siteUrl;
    const protocol = protocols[name];
    const pageUrl = `${site}/${build}/${name}`;
    const source = `${servers.originUrl}${protocol.manifest}`;
    await use({
      collector: collectorApi(servers.collectorUrl, stream),
      origin,
      site,
      stream,
      protocol,
      pageUrl,
      source,
      edge: { source: `${site}/edge/${stream}${protocol.manifest}`, asked: () => servers.edge.asked(stream) },
      players: (page) =>
        players(page, {
          url: (player = name) => `${site}/${build}/${player}`,
          collectorUrl: servers.collectorUrl,
          source,
          stream,
        }),
    });
    await origin.heal();
  },
});
