// npm run bench:attach [-- --quick]: what a page waits for when it attaches and detaches, and when its player says something.
import { parseArgs } from 'node:util';
import { benchText } from '../page.ts';
import { median, quantile } from '../quantile.ts';
import type { Found } from '../result.ts';
import { writeResult } from '../result.ts';
import { playerName } from '../stage/sdks.ts';
import type { Stage } from '../stage/stage.ts';
import { startStage } from '../stage/stage.ts';
import type { AttachBench, Call, Timed } from './page.ts';

declare const attachBench: AttachBench;

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const quick = values.quick ?? false;
const { pages, again, playSeconds } = quick
  ? { pages: 2, again: 3, playSeconds: 4 }
  : { pages: 15, again: 40, playSeconds: 40 };

const stage = await startStage();
try {
  const found = foundOf(await calls(stage), await events(stage));
  writeResult('attach', found, { quick });
  console.log(benchText(found));
} finally {
  stage.close();
}

/** The first call of a page, with everything cold, in pages of their own; and then one after another in one page. */
async function calls({ browse, pageUrl }: Stage): Promise<{ first: Call[]; later: Call[] }> {
  const first: Call[] = [];
  for (let i = 0; i < pages; i++) {
    first.push(
      await browse(async (browser) => {
        const page = await browser.newPage();
        await page.goto(pageUrl('playscope', { page: 'attach' }));
        return page.evaluate(() => attachBench.once(1500));
      }),
    );
  }
  const later = await browse(async (browser) => {
    const page = await browser.newPage();
    await page.goto(pageUrl('playscope', { page: 'attach' }));
    if (!(await page.evaluate(() => attachBench.isolated()))) throw new Error('attach: the page is not isolated.');
    const all: Call[] = [];
    for (let i = 0; i < again; i++) all.push(await page.evaluate(() => attachBench.once(100)));
    return all.slice(1);
  });
  return { first, later };
}

async function events({ browse, pageUrl }: Stage): Promise<readonly Timed[]> {
  return browse(async (browser) => {
    const page = await browser.newPage();
    await page.goto(pageUrl('playscope', { page: 'attach' }));
    await page.evaluate(() => attachBench.play());
    await page.waitForTimeout(playSeconds * 1000);
    const times = await page.evaluate(() => attachBench.times());
    await page.evaluate(() => attachBench.end());
    return times;
  });
}

function foundOf({ first, later }: { first: readonly Call[]; later: readonly Call[] }, times: readonly Timed[]): Found {
  const micros = times.map(({ ms }) => ms * 1000);
  const kinds = [...new Set(times.map(({ what }) => what))].sort();
  return {
    title: 'attach, detach, events',
    method: `Playscope attaches to ${playerName} in Chromium ${stage.version}: in ${pages} pages of their own, which play for 1.5 s
between the two calls, so that all of the SDK's code is cold as in a visitor's page, and ${again} times in one page. Then it plays for
${playSeconds} s, and every function of the SDK that the player, its loaders, the element or a timer calls is timed. The pages are isolated across
origins, so that the browser's clock is fine to 5 µs.`,
    goals: [
      goal('attach(), first in its page, median', 'ms', 2, median(first.map(({ attachMs }) => attachMs))),
      goal('detach(), first in its page, median', 'ms', 1, median(first.map(({ detachMs }) => detachMs))),
      goal('an adapter event, median', 'µs', 20, median(micros)),
    ],
    tables: [
      {
        title: 'Calls of the page, ms',
        heads: ['', 'calls', 'p50', 'p95', 'max'],
        rows: [
          row(
            'attach(), first in its page',
            first.map(({ attachMs }) => attachMs),
          ),
          row(
            'attach(), again',
            later.map(({ attachMs }) => attachMs),
          ),
          row(
            'detach(), first in its page',
            first.map(({ detachMs }) => detachMs),
          ),
          row(
            'detach(), again',
            later.map(({ detachMs }) => detachMs),
          ),
        ],
      },
      {
        title: 'What the adapter does when it is called, µs',
        heads: ['', 'calls', 'p50', 'p95', 'max'],
        rows: [
          row('all', micros),
          ...kinds.map((kind) =>
            row(
              kind,
              times.filter(({ what }) => what === kind).map(({ ms }) => ms * 1000),
            ),
          ),
        ],
      },
    ],
  };
}

function goal(what: string, unit: string, limit: number, found: number) {
  return { what, unit, limit, found, digits: 2 };
}

function row(label: string, values: readonly number[]) {
  return [label, `${values.length}`, median(values), quantile(values, 0.95), Math.max(...values)] as const;
}
