import type { AttachOptions } from '../options.ts';
import type { BrowserOptions } from './browser-viewer.ts';
import { startBrowserViewer } from './browser-viewer.ts';
import { hasPicture } from './figures.ts';
import { drive } from './page-driver.ts';
import type { ExportRequest } from './tap.ts';
import type { Viewer } from './viewer.ts';

export type PageViewerOptions = BrowserOptions & {
  /** In the place of what the page tells Playscope. */
  readonly attach: Partial<AttachOptions>;
  /** Sees what the page reports. */
  take(request: ExportRequest): void;
};

const patienceSec = 15;

/** Opens a web page that has Playscope, and presses play. */
export function startPageViewer(options: PageViewerOptions): Promise<Viewer> {
  return startBrowserViewer(options, async (page, hamper) => {
    const driver = await drive(page, options.attach, options.take);
    await hamper();
    await page.goto(options.url, { waitUntil: 'domcontentloaded' });
    const openedAt = Date.now();
    const isLate = () => Date.now() - openedAt > patienceSec * 1000;
    return {
      async look() {
        const figures = await driver.snapshot();
        if (!figures || !hasPicture(figures)) await driver.pressPlay();
        return { figures, problem: !figures && isLate() ? nothingAttached : undefined };
      },
      end: driver.detach,
    };
  });
}

const nothingAttached = `The page attached no player to Playscope within ${patienceSec} s: let it, or give the stream's own URL`;
