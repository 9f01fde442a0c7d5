import type { Page, Request } from 'playwright-core';
import type { AttachOptions } from '../options.ts';
import type { Snapshot } from '../view.ts';
import { hasPicture } from './figures.ts';
import type { ExportRequest } from './tap.ts';

/** A web page that has Playscope, driven as a synthetic viewer. Of several players in it the first with a picture counts. */
export type PageDriver = {
  /** The figures now; undefined before a player was attached. */
  snapshot(): Promise<Snapshot | undefined>;
  /** Starts what waits, and where there is nothing to start presses the button that says so. */
  pressPlay(): Promise<void>;
  /** Detaches all players, so that what they have left is sent. */
  detach(): Promise<void>;
};

type Views = { readonly views: { snapshot(): Snapshot; detach(): Promise<void> }[] };

const playButton = /^(play|watch|start)\b/i;

/**
 * Makes the page's next document one of a synthetic viewer: it reports what it always does, to where it always does.
 *
 * @param attach in the place of what the page tells Playscope.
 * @param take sees what the page reports, wherever it does.
 */
export async function drive(
  page: Page,
  attach: Partial<AttachOptions>,
  take: (request: ExportRequest) => void,
): Promise<PageDriver> {
  page.on('request', (request) => read(request, take));
  await page.addInitScript(leaveDriver, { ...attach, viewerKind: 'synthetic' });

  /** Asks all frames; one that goes away meanwhile has nothing to say. */
  async function each<Value>(ask: () => Value[] | Promise<Value[]>): Promise<Value[]> {
    const answers = page.frames().map((frame) => (frame.evaluate(ask) as Promise<Value[]>).catch(() => []));
    return (await Promise.all(answers)).flat();
  }

  return {
    async snapshot() {
      const all = await each(snapshotsIn);
      return all.find(hasPicture) ?? all.at(-1);
    },
    async pressPlay() {
      const videos = await each(startVideosIn);
      if (videos.some(Boolean)) return;
      const button = page.getByRole('button', { name: playButton }).first();
      if (await button.isVisible().catch(() => false)) await button.click({ timeout: 1000 }).catch(() => {});
    },
    detach: async () => void (await each(detachIn)),
  };
}

// What follows runs in the page, each function by itself.

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

/** For each video, whether it has something to play. */
function startVideosIn(): boolean[] {
  const all = [...document.querySelectorAll('video')];
  for (const video of all) if (video.paused && !video.ended) void video.play().catch(() => {});
  return all.map((video) => video.readyState > 0 || video.srcObject !== null);
}

function read(request: Request, take: (request: ExportRequest) => void): void {
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
