import type { Page } from '@playwright/test';
import { chromium } from '@playwright/test';
import { browserArgs, findBrowser } from '../scripts/browser.ts';
import type { Stage, TakeAway } from './stage.ts';

/** A browser that broadcasts by WebRTC, and one tab of it that watches; resolves when that sees the picture. */
export async function watchByWebrtc(stage: Stage): Promise<TakeAway> {
  const executablePath = findBrowser();
  const browser = await chromium.launch({ args: [...browserArgs], ...(executablePath && { executablePath }) });
  const pages: Page[] = [];
  try {
    const broadcast = await browser.newPage();
    pages.push(broadcast);
    await broadcast.goto(stage.page('broadcast.html'));
    // Each in its own window: a tab behind another is throttled.
    const viewer = await (await browser.newContext()).newPage();
    pages.push(viewer);
    await viewer.goto(stage.page('webrtc.html'));
    const sees = () => (document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 50;
    await viewer.waitForFunction(sees, undefined, { timeout: 60_000 });
  } catch (error) {
    await browser.close();
    throw error;
  }
  return async () => {
    // A browser that is closed ends no session: to the SFU its broadcast would have failed, and another alert may say so.
    for (const page of pages.reverse()) await page.goto('about:blank');
    await browser.close();
  };
}
