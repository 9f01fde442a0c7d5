// The evening of somebody who opens the demo for the first time: the picture, the war room, a fault, its trace. On the
// real demo as `npm start` runs it; that its figures are right is left to the stories of the stage.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import { startOrigin } from '../demo/origin.ts';
import { startSite } from '../demo/site.ts';
import { test as base } from './build.ts';
import { collectorApi } from './collector.ts';

type Demo = { readonly collector: string; readonly origin: string; readonly site: string };

const test = base.extend<object, { demo: Demo }>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from this pattern.
    async ({}, use) => {
      const collector = await startCollector({ port: 0 });
      const [origin, site] = await Promise.all([
        startOrigin({ port: 0, collector: collector.url }),
        startSite({ port: 0 }),
      ]);
      await use({ collector: collector.url, origin: origin.url, site: site.url });
      // The origin has something left to tell the collector.
      await Promise.all([origin.close(), site.close()]);
      await collector.close();
    },
    { scope: 'worker' },
  ],
});

/** A page of the demo, told where the other parts are; `more` is further query parameters. */
const address = ({ site, collector, origin }: Demo, page: string, more: Record<string, string> = {}) =>
  `${site}/${page}?${new URLSearchParams({ collector, origin, ...more })}`;

/** Everything that the page complains about, as it comes. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return complaints;
}

test('a person opens the demo, withholds segments, and finds the reason in the war room', async ({
  demo,
  page,
  context,
}) => {
  const warRoom = await context.newPage();
  const complaints = complaintsOf(warRoom);
  await warRoom.goto(`${demo.collector}/`);
  await page.goto(address(demo, 'hls.html'));
  const opened = Date.now();
  const within15Sec = () => ({ timeout: Math.max(1, opened + 15_000 - Date.now()) });
  await page.waitForFunction(
    () => (document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 25,
    undefined,
    within15Sec(),
  );
  await expect(warRoom.locator('#viewer-count')).toHaveText('1', within15Sec());
  const segmentFetch = warRoom.getByRole('region', { name: 'Segment fetch' });
  await expect(segmentFetch.getByText(/\d\s*m?s$/).first()).toBeVisible(within15Sec());
  await expect(page.locator('[data-figures] [data-state]')).toHaveText('Playing');

  await page.getByRole('button', { name: /^Withhold segments/ }).click();
  const stalls = warRoom.locator('#cases').getByRole('link', { name: /Stalled .*network/ });
  await expect(stalls).toBeVisible({ timeout: 40_000 });
  // One, or a second one where the machine is busy when all comes at once.
  await expect(page.locator('[data-figures] dl')).toContainText(/Stalls[12], /);
  await stalls.click();
  await expect(warRoom.locator('#trace-title')).toHaveText(/^Stalled .*network/);
  const why = warRoom.locator('#autopsy-sentence');
  await expect(why).toHaveText(/^The picture stood for .* because .*segment \d+ .* \d/);
  // The address is all that it takes to see the same again.
  const said = (await why.textContent()) as string;
  await warRoom.reload();
  await expect(why).toHaveText(said);
  const rows = warRoom.locator('#trace-rows');
  await expect(rows.getByRole('button', { name: /^stall/ })).toBeVisible();
  await expect(rows.getByText('waited for this fetch').first()).toBeVisible();
  // On to the fetch that was late, and back by the keyboard.
  await rows
    .getByRole('link', { name: /^open this (segment|manifest) fetch$/ })
    .first()
    .click();
  await expect(warRoom.locator('#trace-title')).toHaveText(/fetched in|failed/);
  await expect(rows.getByText('a stall waited for it').first()).toBeVisible();
  await warRoom.keyboard.press('Escape');
  await expect(warRoom.locator('#viewer-count')).toHaveText('1');
  expect(complaints).toEqual([]);
});

const tags = { call: 'hls', attributes: 'native' } as const;

for (const [by, protocol] of Object.entries(tags)) {
  test(`the page with the script tag alone, by ${by}, arrives at the collector`, async ({ demo, page }) => {
    const complaints = complaintsOf(page);
    const stream = `tag-${by}`;
    const more = by === 'attributes' ? { stream, by } : { stream, report: '2000' };
    await page.goto(address(demo, 'script-tag.html', more));
    const collector = collectorApi(demo.collector, stream);
    await expect.poll(async () => (await collector.viewers()).viewers, { timeout: 25_000 }).toBe(1);
    const startup = await collector.span('livestream.player.startup');
    expect(startup.attributes).toMatchObject({ protocol, 'startup.result': 'started' });
    await expect.poll(async () => (await collector.summary())?.plays, { timeout: 25_000 }).toBe(1);
    expect(complaints).toEqual([]);
  });
}
