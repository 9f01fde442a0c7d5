import type { CDPSession, Page } from '@playwright/test';
import type { Sdk } from './sdks.ts';
import type { PageOptions, Stage } from './stage.ts';

declare const bench: { firstFrameMs: number; getStats?: number };

export type Viewing = {
  readonly sdk: Sdk;
  /** From the navigation to the first painted frame: the SDK's script is loaded and run in it. */
  readonly firstFrameMs: number;
  /** What the page's main thread did from the first frame on, CPU time. */
  readonly taskMs: number;
  readonly scriptMs: number;
  /** The page's objects at the end, after a collection. */
  readonly heapBytes: number;
  /** How often a connection was asked for its statistics from the first frame on. */
  readonly getStats: number;
};

/** Plays for so long from the first frame on, in a browser of its own. */
export function view(stage: Stage, sdk: Sdk, seconds: number, more: PageOptions = {}): Promise<Viewing> {
  return stage.browse(async (browser) => {
    const page = await browser.newPage();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const firstFrameMs = await open(page, stage.pageUrl(sdk, more));
    const askedBefore = await asked(page);
    const before = await metrics(session);
    await page.waitForTimeout(seconds * 1000);
    const after = await metrics(session);
    const getStats = (await asked(page)) - askedBefore;
    const heapBytes = await heap(session);
    return {
      sdk,
      firstFrameMs,
      taskMs: (after('TaskDuration') - before('TaskDuration')) * 1000,
      scriptMs: (after('ScriptDuration') - before('ScriptDuration')) * 1000,
      heapBytes,
      getStats,
    };
  });
}

/** Opens a viewing and waits for its first frame; gives when that was, in ms from the navigation on. */
export async function open(page: Page, url: string): Promise<number> {
  await page.goto(url);
  const shown = await page.waitForFunction(() => bench.firstFrameMs);
  return (await shown.jsonValue()) as number;
}

/** Bytes of live objects. */
export async function heap(session: CDPSession): Promise<number> {
  // What the first collection lets go may free more.
  for (let times = 0; times < 2; times++) await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

async function metrics(session: CDPSession) {
  const { metrics } = await session.send('Performance.getMetrics');
  return (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
}

const asked = (page: Page) => page.evaluate(() => bench.getStats ?? 0);
