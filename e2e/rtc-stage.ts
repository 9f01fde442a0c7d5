import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Snapshot } from 'playscope';
import { startCollector } from 'playscope/collector';
import { startSfu } from '../demo/sfu.ts';
import { test as base } from './build.ts';
import type { Collector } from './collector.ts';
import { collectorApi } from './collector.ts';
import { edgeOf } from './edge.ts';
import { servePages } from './pages.ts';
import type { RtcFault, Sfu } from './sfu.ts';
import { sfuApi } from './sfu.ts';

/** Everything that a story of WebRTC needs: an SFU with faults that reports to the collector, a publisher, and viewers. */
export type RtcStage = {
  readonly collector: Collector;
  readonly sfu: Sfu;
  /** `stream.id` of this story alone, which somebody publishes. */
  readonly stream: string;
  /** Views the stream in a page, and waits until somebody sees it. */
  watch(page: Page): Promise<RtcViewer>;
};

export type RtcViewer = {
  snapshot(): Promise<Snapshot>;
  /** Waits until this holds of the snapshot. */
  until(holds: (snapshot: Snapshot) => boolean, timeout?: number): Promise<Snapshot>;
  /** Lets a fault meet this viewer alone. */
  fault(fault: Omit<RtcFault, 'match'>): Promise<string>;
  detach(): Promise<void>;
};

type Worker = {
  readonly servers: { readonly collectorUrl: string; readonly sfuUrl: string; readonly siteUrl: string };
};

const often = { reportEveryMs: 2000 };
// Enough packets for a share of them to mean something.
const published = { blocks: 100, bitrate: 600_000 };

let stories = 0;

export const test = base.extend<{ stage: RtcStage }, Worker>({
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from this pattern.
    async ({}, use) => {
      const collector = await startCollector({ port: 0 });
      const sfu = await startSfu({ port: 0, collector: collector.url, ...often });
      const site = await servePages(edgeOf('http://localhost:0'));
      await use({ collectorUrl: collector.url, sfuUrl: sfu.url, siteUrl: site.url });
      await Promise.all([sfu.close(), site.close()]);
      await collector.close();
    },
    { scope: 'worker' },
  ],
  stage: async ({ servers, build, context }, use, { workerIndex }) => {
    stories += 1;
    const stream = `rtc-story-${workerIndex}-${stories}`;
    const { collectorUrl, siteUrl } = servers;
    const pageUrl = `${siteUrl}/${build}/webrtc`;
    const sfu = sfuApi(servers.sfuUrl);
    const publisher = await context.newPage();
    await publisher.goto(pageUrl);
    await publisher.evaluate(([url, picture]) => window.rtc.publish(url, picture), [
      `${sfu.url}/whip/${stream}`,
      published,
    ] as const);
    await use({
      collector: collectorApi(collectorUrl, stream),
      sfu,
      stream,
      async watch(page) {
        await page.goto(pageUrl);
        const session = await page.evaluate(([url, attach]) => window.rtc.view(url, attach), [
          `${sfu.url}/whep/${stream}`,
          { endpoint: collectorUrl, streamId: stream, ...often },
        ] as const);
        const viewer: RtcViewer = {
          snapshot: () => page.evaluate(() => window.view.snapshot()),
          async until(holds, timeout = 20_000) {
            await expect
              .poll(async () => holds(await viewer.snapshot()), { timeout, message: String(holds) })
              .toBe(true);
            return viewer.snapshot();
          },
          fault: (fault) => sfu.fault({ ...fault, match: session.slice(session.lastIndexOf('/') + 1) }),
          detach: () => page.evaluate(() => window.view.detach()),
        };
        await viewer.until(({ state, times }) => state === 'playing' && times.playing > 1);
        return viewer;
      },
    });
    await sfu.heal();
  },
});
