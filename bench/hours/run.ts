// npm run bench:hours [-- --quick]: twelve hours of a viewing in a few minutes: whether the page's heap stays as it is.
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { loadTapes } from '../../src/core/test-tapes.ts';
import { benchText } from '../page.ts';
import { median } from '../quantile.ts';
import type { Found } from '../result.ts';
import { writeResult } from '../result.ts';
import type { Traffic } from '../stage/sent.ts';
import { traffic } from '../stage/sent.ts';
import { startStage } from '../stage/stage.ts';
import { heap } from '../stage/viewing.ts';
import type { Hours } from './page.ts';

declare const hours: Hours;

/** Of the page after an hour, or less in a quick run. */
type Hour = { readonly minutes: number; readonly heapBytes: number; readonly events: number; readonly sent: Traffic };

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const quick = values.quick ?? false;
const { minutesEach, times } = quick ? { minutesEach: 3, times: 4 } : { minutesEach: 60, times: 12 };
// Starts, a switch, a stall with its cause, seeks and a pause: whatever a viewing brings.
const tapes = ['startup-switch', 'withheld-segments', 'seek-pause'].map((name) => loadTapes().get(name)?.events ?? []);
const stepMs = 5000;

const stage = await startStage();
try {
  const found = foundOf(await pass());
  writeResult('hours', found, { quick });
  console.log(benchText(found));
} finally {
  stage.close();
}

/** Moves the page's clock on, so fast as requests are answered. */
async function pass(): Promise<{ all: readonly Hour[]; lost: number }> {
  return stage.browse(async (browser) => {
    const page = await browser.newPage();
    await page.clock.install();
    await page.goto(stage.pageUrl('none', { page: 'hours' }));
    await page.clock.pauseAt(new Date(Date.now() + 60_000));
    const session = await page.context().newCDPSession(page);
    await page.evaluate((all) => hours.begin(all), tapes);
    const all: Hour[] = [];
    for (let i = 1; i <= times; i++) {
      await move(page, minutesEach);
      const heapBytes = await heap(session);
      const events = await page.evaluate(() => hours.told());
      all.push({ minutes: i * minutesEach, heapBytes, events, sent: traffic(await stage.taken()) });
    }
    return { all, lost: (await page.evaluate(() => hours.lost())) ?? Number.NaN };
  });
}

async function move(page: Page, minutes: number) {
  for (let step = 0; step < (minutes * 60_000) / stepMs; step++) {
    await page.clock.runFor(stepMs);
    // What is compressed and sent takes true time, of which the page's clock knows nothing.
    do await new Promise((done) => setTimeout(done, 3));
    while ((await page.evaluate(() => hours.underWay())) > 0);
  }
}

function foundOf({ all, lost }: { all: readonly Hour[]; lost: number }): Found {
  const half = all.length / 2;
  // In the first hour rings fill up and code is compiled. One hour is 50 KB off another, up or down, as code comes and goes.
  const heapOf = (hours: readonly Hour[]) => median(hours.map(({ heapBytes }) => heapBytes));
  const [settled, late] = [heapOf(all.slice(1, half)), heapOf(all.slice(half))];
  return {
    title: 'Hours',
    method: `The SDK whole, in Chromium ${stage.version}, over a player that says what was recorded of real ones (start, switch, stall, seeks, pause), again
and again in one viewing, on a page's clock that is moved on as fast as requests are answered. The heap is what collections leave.
Batches lost: ${lost}.`,
    goals: [
      {
        what: `heap of hours ${half + 1} to ${all.length} over that of hours 2 to ${half}, medians`,
        unit: 'KB',
        limit: 50,
        found: (late - settled) / 1000,
      },
    ],
    tables: [
      {
        title: 'Heap of the page',
        heads: ['after', 'heap, MB', 'events so far', 'requests in this time', 'bodies, KB'],
        rows: all.map(({ minutes, heapBytes, events, sent }) => [
          minutes % 60 ? `${minutes} min` : `${minutes / 60} h`,
          heapBytes / 1e6,
          events,
          sent.requests,
          sent.bodyBytes / 1000,
        ]),
      },
    ],
  };
}
