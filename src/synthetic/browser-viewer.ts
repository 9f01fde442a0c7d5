import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { NetworkProfile } from './network.ts';
import { emulate } from './network.ts';
import type { Look, PlayerPage } from './player/main.ts';
import type { Viewer, ViewerOptions } from './viewer.ts';

export type BrowserViewerOptions = ViewerOptions & {
  readonly browser: Browser;
  /** Where the page that plays is. */
  readonly playerUrl: string;
  readonly network?: NetworkProfile | undefined;
  /** How many times slower the processor is. */
  readonly cpu?: number | undefined;
  /** The HTTP archive to write. */
  readonly har?: string | undefined;
};

declare const playscopePage: PlayerPage;

const patienceMs = 5000;
const viewport = { width: 1280, height: 720 };
const reportEveryMs = 5000;

/** Plays a stream in a context of its own, so that no viewer has in its cache what another one fetched. */
export async function startBrowserViewer(options: BrowserViewerOptions): Promise<Viewer> {
  const { url, protocol, streamId, endpoint, region, browser, playerUrl, har } = options;
  const recorded: BrowserContextOptions = har ? { recordHar: { path: har, content: 'omit' } } : {};
  const context = await browser.newContext({ viewport, ...recorded });
  const page = await context.newPage();
  let last: Look = { figures: undefined, problem: undefined };
  const crashed = () => {
    last = { ...last, problem: 'The page crashed' };
  };
  page.on('crash', crashed);
  await addHeaders(page, options);
  await page.goto(playerUrl);
  await page.evaluate((name) => playscopePage.load(name), protocol);
  const heal = await hamper(page, options);
  const attach = { endpoint, streamId, region, reportEveryMs, viewerKind: 'synthetic' as const };
  await page.evaluate((order) => playscopePage.play(order), { url, protocol, attach });

  return {
    kind: 'browser',
    async snapshot() {
      last =
        (await within(
          patienceMs,
          page.evaluate(() => playscopePage.look()),
        )) ?? last;
      return last.figures;
    },
    problem: () => last.problem,
    screenshot: async (path) => void (await page.screenshot({ path, timeout: patienceMs }).catch(() => {})),
    async stop() {
      heal();
      page.off('crash', crashed);
      await within(
        2 * patienceMs,
        page.evaluate(() => playscopePage.end()),
      );
      await within(2 * patienceMs, context.close());
    },
  };
}

/** To the stream's own origin alone: what they hold must not reach anybody else. */
async function addHeaders(page: Page, { url, headers = {} }: ViewerOptions): Promise<void> {
  if (Object.keys(headers).length === 0) return;
  const { origin } = new URL(url);
  const ofStream = (asked: URL) => asked.origin === origin;
  await page.route(ofStream, (route, request) =>
    route.continue({ headers: { ...request.headers(), ...headers } }).catch(() => {}),
  );
}

/** Only once the page and its player are there: what is measured is the stream, not the way to them. */
async function hamper(page: Page, { network, cpu }: BrowserViewerOptions): Promise<() => void> {
  if (!network && !cpu) return () => {};
  const session = await page.context().newCDPSession(page);
  if (cpu) await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  return network ? emulate(session, network) : () => {};
}

/** Undefined when it fails, or takes too long: a page may be gone, or have hung up. */
async function within<Value>(ms: number, value: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([value, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
