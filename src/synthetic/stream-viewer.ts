import type { BrowserOptions } from './browser-viewer.ts';
import { startBrowserViewer } from './browser-viewer.ts';
import type { PlayerPage } from './player/main.ts';
import type { Viewer, ViewerOptions } from './viewer.ts';

declare const playscopePage: PlayerPage;

const reportEveryMs = 5000;
// Without a GPU each pixel that is shown costs the processor, which all viewers share; what is decoded stays the same.
const viewport = { width: 640, height: 360 };

/** Plays a stream in a page of ours. @param playerUrl where that page is. */
export function startStreamViewer(options: ViewerOptions & BrowserOptions, playerUrl: string): Promise<Viewer> {
  const { url, protocol, streamId, endpoint, region } = options;
  const attach = { endpoint, streamId, region, reportEveryMs, viewerKind: 'synthetic' as const };
  return startBrowserViewer(options, async (page, hamper) => {
    await page.setViewportSize(viewport);
    await page.goto(playerUrl);
    await page.evaluate((name) => playscopePage.load(name), protocol);
    // Only now: what is measured is the stream, not the way to the page and its player.
    await hamper();
    await page.evaluate((order) => playscopePage.play(order), { url, protocol, attach });
    return {
      look: () => page.evaluate(() => playscopePage.look()),
      end: () => page.evaluate(() => playscopePage.end()),
    };
  });
}
