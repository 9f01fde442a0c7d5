import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Snapshot } from '../view.ts';
import { judge, parseExpectation } from './expect.ts';
import { hasPicture, stallsOf, valuesOf } from './figures.ts';
import { drive } from './page-driver.ts';
import { shownAs } from './quantities.ts';
import { sampleOf } from './sample.ts';
import { tap } from './tap.ts';

/** The synthetic viewer of a Playwright test whose page has Playscope. */
export type PageViewer = {
  /** The figures now, as `view.snapshot()` has them; undefined before a player was attached. */
  snapshot(): Promise<Snapshot | undefined>;
  /** Presses play until there is a picture. @throws when there is none in time; default 15 000 ms. */
  waitForPicture(timeoutMs?: number): Promise<Snapshot>;
  /** Waits for a picture and watches on for so many seconds, default 10. @throws when the picture stood. */
  expectNoStalls(forSec?: number): Promise<void>;
  /** Holds the figures so far against expectations, such as `startup.max < 2s`. @throws what does not hold. */
  expect(...expectations: readonly string[]): Promise<void>;
};

const everyMs = 250;

/**
 * A fixture of Playwright's test: `const test = base.extend<{ viewer: PageViewer }>({ viewer: viewerFixture })`. What the test's
 * page reports is marked as that of a synthetic viewer.
 */
export async function viewerFixture(
  { page }: { page: Page },
  use: (viewer: PageViewer) => Promise<void>,
): Promise<void> {
  const { durations, take } = tap();
  const driver = await drive(page, {}, take);

  async function waitForPicture(timeoutMs = 15_000): Promise<Snapshot> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const figures = await driver.snapshot();
      if (figures?.errors.fatal) throw new Error(`The playback ended with an error: ${figures.errors.fatal}`);
      if (figures && hasPicture(figures)) return figures;
      if (Date.now() > until) {
        const what = figures ? 'There is no picture' : 'The page attached no player to Playscope';
        throw new Error(`${what} after ${timeoutMs / 1000} s`);
      }
      await driver.pressPlay();
      await pause(everyMs);
    }
  }

  await use({
    snapshot: driver.snapshot,
    waitForPicture,
    async expectNoStalls(forSec = 10) {
      const until = Date.now() + forSec * 1000;
      do {
        const figures = await waitForPicture();
        const { stalls } = figures;
        const count = stallsOf(figures);
        const lasted = shownAs('seconds', stalls.durationSec);
        const cause = stalls.current ? ` by ${stalls.current.cause}` : '';
        if (count > 0)
          throw new Error(`The picture stood: ${count} ${count > 1 ? 'stalls' : 'stall'}, ${lasted} in all${cause}`);
        await pause(everyMs);
      } while (Date.now() < until);
    },
    async expect(...expectations) {
      const figures = await driver.snapshot();
      const rttSec = sampleOf([figures?.webrtc?.rttSec ?? []].flat());
      const liveLatencySec = sampleOf([figures?.liveLatencySec ?? []].flat());
      const values = valuesOf({ ...durations, rttSec, liveLatencySec, viewers: [figures] });
      const verdicts = expectations.map((text) => judge(parseExpectation(text), values));
      const broken = verdicts.filter(({ holds }) => !holds).map(({ message }) => message);
      if (broken.length > 0) throw new Error(broken.join('; '));
    },
  });
  await driver.detach();
}
