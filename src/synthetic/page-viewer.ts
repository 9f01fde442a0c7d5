import type { Frame, Page, Request } from 'playwright-core';
import type { AttachOptions } from '../options.ts';
import type { Snapshot } from '../view.ts';
import type { BrowserOptions } from './browser-viewer.ts';
import { startBrowserViewer } from './browser-viewer.ts';
import { hasPicture } from './figures.ts';
import type { ExportRequest } from './tap.ts';
import type { Viewer } from './viewer.ts';

export type PageViewerOptions = BrowserOptions & {
  /** In the place of what the page tells Playscope. */
  readonly attach: Pick<AttachOptions, 'endpoint' | 'streamId' | 'region'> | object;
  /** Sees what the page reports, wherever it does. */
  take(request: ExportRequest): void;
};

type Views = { readonly views: { snapshot(): Snapshot; detach(): Promise<void> }[] };

const patienceMs = 15_000;
const playButton = /^(play|watch|start)\b/i;

/**
 * Opens a web page that has Playscope, and presses play. The page reports what it always does to where it always does, but as a
 * synthetic viewer. Of several players in it the first with a picture counts.
 */
export function startPageViewer(options: PageViewerOptions): Promise<Viewer> {
  return startBrowserViewer(options, async (page, hamper) => {
    page.on('request', (request) => read(request, options.take));
    await page.addInitScript(leaveDriver, { ...options.attach, viewerKind: 'synthetic' });
    await hamper();
    const answer = await page.goto(options.url, { waitUntil: 'domcontentloaded' });
    if (answer && answer.status() >= 400) throw new Error(`${options.url} answered ${answer.status()}`);
    const openedAt = Date.now();
    return {
      async look() {
        const snapshots = await each(page, snapshotsIn);
        const figures = snapshots.find(hasPicture) ?? snapshots.at(-1);
        if (!figures || !hasPicture(figures)) await pressPlay(page);
        const isLate = !figures && Date.now() - openedAt > patienceMs;
        const problem = isLate
          ? `No player of the page was attached to Playscope within ${patienceMs / 1000} s: attach it, or watch the stream's own URL`
          : undefined;
        return { figures, problem };
      },
      end: async () => void (await each(page, detachIn)),
    };
  });
}

/** Runs in each frame before its own scripts do. */
function leaveDriver(options: object): void {
  const views: Views['views'] = [];
  const driver = { options, views, attached: (view: Views['views'][number]) => void views.push(view) };
  Object.defineProperty(globalThis, Symbol.for('playscope.driver'), { value: driver });
}

function snapshotsIn(): Snapshot[] {
  const driver = (globalThis as unknown as { [key: symbol]: Views | undefined })[Symbol.for('playscope.driver')];
  return driver?.views.map((view) => view.snapshot()) ?? [];
}

async function detachIn(): Promise<unknown[]> {
  const driver = (globalThis as unknown as { [key: symbol]: Views | undefined })[Symbol.for('playscope.driver')];
  return Promise.all(driver?.views.map((view) => view.detach()) ?? []);
}

/** Asks all frames; one that goes away meanwhile has nothing to say. */
async function each<Value>(page: Page, ask: () => Value[] | Promise<Value[]>): Promise<Value[]> {
  const answers = page.frames().map((frame: Frame) => (frame.evaluate(ask) as Promise<Value[]>).catch(() => []));
  return (await Promise.all(answers)).flat();
}

/** Starts what waits, and where there is nothing to start presses the button that says so. */
async function pressPlay(page: Page): Promise<void> {
  const videos = await each(page, () => {
    const all = [...document.querySelectorAll('video')];
    for (const video of all) if (video.paused && !video.ended) void video.play().catch(() => {});
    return all.map((video) => video.readyState > 0 || video.srcObject !== null);
  });
  if (videos.some(Boolean)) return;
  const button = page.getByRole('button', { name: playButton }).first();
  if (await button.isVisible().catch(() => false)) await button.click({ timeout: 1000 }).catch(() => {});
}

function read(request: Request, take: PageViewerOptions['take']): void {
  const [, signal] = /\/v1\/(metrics|traces)$/.exec(new URL(request.url()).pathname) ?? [];
  const body = request.method() === 'POST' ? request.postDataBuffer() : null;
  if (!signal || !body) return;
  const { 'content-type': contentType = '', 'content-encoding': contentEncoding = '' } = request.headers();
  try {
    take({ signal: signal as ExportRequest['signal'], contentType, contentEncoding, body });
  } catch {
    // Somebody else's path of the same name.
  }
}
