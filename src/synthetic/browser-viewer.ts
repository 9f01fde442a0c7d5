import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { emulate } from './emulate.ts';
import type { NetworkProfile } from './network.ts';
import type { Look } from './player/main.ts';
import type { Viewer, ViewerOptions } from './viewer.ts';
import { within } from './within.ts';

export type BrowserOptions = Pick<ViewerOptions, 'url' | 'headers'> & {
  readonly browser: Browser;
  readonly network?: NetworkProfile | undefined;
  /** How many times slower the processor is. */
  readonly cpu?: number | undefined;
  /** The HTTP archive to write. */
  readonly har?: string | undefined;
};

/** What plays in the page. */
export type Opened = { look(): Promise<Look>; end(): Promise<void> };

const patienceMs = 5000;
const viewport = { width: 1280, height: 720 };

/**
 * One viewer in a browser, in a context of its own, so that none has in its cache what another one fetched.
 *
 * @param open opens what plays; it calls `hamper` when network and processor shall become what the options say.
 */
export async function startBrowserViewer(
  options: BrowserOptions,
  open: (page: Page, hamper: () => Promise<void>) => Promise<Opened>,
): Promise<Viewer> {
  const { browser, har } = options;
  const recorded: BrowserContextOptions = har ? { recordHar: { path: har, content: 'omit' } } : {};
  const context = await browser.newContext({ viewport, ...recorded });
  const page = await context.newPage();
  let last: Look = { figures: undefined, problem: undefined };
  let heal = () => {};
  page.on('crash', () => {
    last = { ...last, problem: 'The page crashed' };
  });
  await addHeaders(page, options);
  const opening = open(page, async () => {
    heal = await hamper(page, options);
  });
  // What the page asked for until then is worth an archive, too.
  opening.catch(() => context.close().catch(() => {}));
  const opened = await opening;

  return {
    kind: 'browser',
    async snapshot() {
      last = (await within(patienceMs, opened.look())) ?? last;
      return last.figures;
    },
    problem: () => last.problem,
    screenshot: async (path) => void (await within(patienceMs, page.screenshot({ path }))),
    async stop() {
      heal();
      await within(2 * patienceMs, opened.end());
      await within(2 * patienceMs, context.close());
    },
  };
}

/** To the stream's own origin alone: what they hold must not reach anybody else. */
async function addHeaders(page: Page, { url, headers = {} }: BrowserOptions): Promise<void> {
  if (Object.keys(headers).length === 0) return;
  const { origin } = new URL(url);
  await page.route(
    (asked) => asked.origin === origin,
    (route, request) => route.continue({ headers: { ...request.headers(), ...headers } }).catch(() => {}),
  );
}

async function hamper(page: Page, { network, cpu }: BrowserOptions): Promise<() => void> {
  if (!network && !cpu) return () => {};
  const session = await page.context().newCDPSession(page);
  if (cpu) await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  return network ? emulate(session, network) : () => {};
}
