// Two browsers behind one door: Chromium by Playwright, and the Firefox that people have, by WebDriver BiDi.
import { chromium } from '@playwright/test';
import { launch } from 'puppeteer-core';
import { browserArgs, ensureBrowser, ensureFirefox, firefoxPrefs } from '../../scripts/browser.ts';

export type BrowserName = 'chromium' | 'firefox';
export const browserNames: readonly BrowserName[] = ['chromium', 'firefox'];

export type Tab = {
  /** Runs a function in the page; what it takes and gives is JSON. */
  evaluate<Result, Arg = undefined>(run: (arg: Arg) => Result | Promise<Result>, arg?: Arg): Promise<Result>;
  /** A command of the Chrome DevTools Protocol; Chromium only. */
  command<Result>(method: string, params?: object): Promise<Result>;
  close(): Promise<void>;
};

export type Browser = {
  readonly name: BrowserName;
  /** With its name. */
  readonly version: string;
  /** Opens a page and runs a script in it. */
  open(url: string, script?: string): Promise<Tab>;
  close(): Promise<void>;
};

/** Starts a browser. Throws one sentence where there is none. */
export const startBrowser: Readonly<Record<BrowserName, () => Promise<Browser>>> = {
  async chromium() {
    const browser = await chromium.launch({ executablePath: ensureBrowser(), args: [...browserArgs] });
    return {
      name: 'chromium',
      version: `Chromium ${browser.version()}`,
      async open(url, script) {
        const page = await browser.newPage();
        await page.goto(url);
        if (script) await page.evaluate(script);
        const cdp = await page.context().newCDPSession(page);
        return {
          evaluate: (run, arg) => page.evaluate(run as never, arg),
          command: (method, params) => cdp.send(method as never, params as never),
          close: () => page.close(),
        };
      },
      close: () => browser.close(),
    };
  },
  async firefox() {
    const browser = await launch({
      browser: 'firefox',
      executablePath: ensureFirefox(),
      headless: true,
      extraPrefsFirefox: { ...firefoxPrefs },
    });
    return {
      name: 'firefox',
      version: (await browser.version()).replace('/', ' ').replace('firefox', 'Firefox'),
      async open(url, script) {
        const page = await browser.newPage();
        await page.goto(url);
        if (script) await page.evaluate(script);
        return {
          evaluate: (run, arg) => page.evaluate(run as never, arg as never),
          command: (method) => Promise.reject(new Error(`command: expected Chromium, received Firefox for ${method}.`)),
          close: () => page.close(),
        };
      },
      close: () => browser.close(),
    };
  },
};
