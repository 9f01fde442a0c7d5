import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserType } from 'playwright-core';
import type { Playwright } from './playwright.ts';
import { problem } from './problem.ts';

export type BrowserOptions = {
  /** `chromium`, `chrome`, `msedge`, `firefox`, `webkit`, or the path of a Chromium. */
  readonly browser?: string | undefined;
  readonly headed: boolean;
  /** More switches for a Chromium. */
  readonly args?: readonly string[];
};

/** Browser processes; each is started when the first viewer needs it. */
export type Browsers = {
  process(index: number): Promise<Browser>;
  /** Name and version, as soon as one runs. */
  name(): string | null;
  close(): Promise<void>;
};

// Those of the system first: unlike Playwright's own they have the codecs of most streams (H.264, AAC).
const programs = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const channels = ['chrome', 'msedge'];
const engines = ['chromium', 'firefox', 'webkit'] as const;
const chromiumArgs = ['--disable-gpu', '--autoplay-policy=no-user-gesture-required'];

/** What `--browser` may be, other than a path. */
export const browserNames: readonly string[] = [...engines, ...channels];

export function browsersOf(playwright: Playwright, { browser, headed, args: more = [] }: BrowserOptions): Browsers {
  const running = new Map<number, Promise<Browser>>();
  let name: string | null = null;

  async function launch(): Promise<Browser> {
    const engine = engines.find((each) => each === browser) ?? 'chromium';
    const type = playwright[engine];
    const which = browser !== undefined && channels.includes(browser) ? { channel: browser } : programOf(type, browser);
    const args = engine === 'chromium' ? [...chromiumArgs, ...more] : [];
    try {
      // An interrupted watch still has to write its report: signals are the caller's.
      const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
      const launched = await type.launch({ ...which, ...signals, args, headless: !headed });
      name = `${type.name()} ${launched.version()}`;
      return launched;
    } catch (error) {
      throw problem('ERR_START', `No ${browser ?? engine} could be started: ${reasonOf(error)}`);
    }
  }

  return {
    process(index) {
      const found = running.get(index) ?? launch();
      running.set(index, found);
      return found;
    },
    name: () => name,
    async close() {
      const started = await Promise.allSettled(running.values());
      await Promise.all(started.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)));
    },
  };
}

function programOf(type: BrowserType, browser: string | undefined): { executablePath?: string } {
  if (browser !== undefined && !browserNames.includes(browser)) return { executablePath: browser };
  if (type.name() !== 'chromium') return {};
  const given = process.env.PLAYSCOPE_BROWSER;
  const found = given ? given : onPath().find(isProgram);
  return found ? { executablePath: found } : {};
}

function onPath(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return programs.flatMap((program) => folders.map((folder) => join(folder, program)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Of the pages that a failed launch prints, the line that says what to do. */
function reasonOf(error: unknown): string {
  const message = String((error as Error).message);
  if (/executable doesn't exist|is not found at|ENOENT/i.test(message)) {
    return 'there is none; npx playwright-core install chromium gets one, and --browser or PLAYSCOPE_BROWSER names one';
  }
  if (/Missing X server|DISPLAY/.test(message)) return '--headed needs a display, which is not there';
  return message.split('\n')[0] ?? '';
}
