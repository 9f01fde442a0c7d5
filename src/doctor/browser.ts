import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserType, LaunchOptions } from 'playwright-core';

type Playwright = Readonly<Record<string, BrowserType>>;

const packages = ['playwright-core', 'playwright', '@playwright/test'];
const engines = ['chromium', 'firefox', 'webkit'];
const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const chromiumArgs = [
  // Pages of a public origin may look at a stream of this machine: what this would tell is not of the stream.
  '--disable-features=LocalNetworkAccessChecks',
  '--disable-gpu',
  '--disable-quic',
];

/**
 * Starts a browser: an engine of Playwright (`chromium`, `firefox`, `webkit`), a channel (`chrome`, `msedge`), or a path of a
 * Chromium; without a choice Playwright's Chromium, Chrome, or one on PATH.
 *
 * @throws one sentence that says what to do.
 */
export async function openBrowser(choice: string | undefined): Promise<Browser> {
  const playwright = await loadPlaywright();
  if (!playwright) throw new Error('Playwright: expected it beside playscope, found none. npm install playwright-core');
  const engine = choice && engines.includes(choice) ? choice : 'chromium';
  const type = playwright[engine] as BrowserType;
  const args = engine === 'chromium' ? chromiumArgs : [];
  let why = 'none is installed';
  for (const attempt of attempts(choice === engine ? undefined : choice, engine)) {
    try {
      return await type.launch({ ...attempt, args });
    } catch (error) {
      [why = why] = (error as Error).message.replace(/^browserType\.launch: /, '').split('\n');
    }
  }
  throw new Error(
    `browser: expected to start ${choice ?? engine}, ${why.replace(/\.$/, '')}. npx playwright-core install ${engine}, or name one with --browser`,
  );
}

function attempts(choice: string | undefined, engine: string): LaunchOptions[] {
  if (choice) return [/[/\\]/.test(choice) ? { executablePath: choice } : { channel: choice }];
  if (engine !== 'chromium') return [{}];
  return [{}, { channel: 'chrome' }, ...programs().map((executablePath) => ({ executablePath }))];
}

function programs(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return onPath.flatMap((name) => folders.map((folder) => join(folder, name))).filter(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not in this folder.
    return false;
  }
}

async function loadPlaywright(): Promise<Playwright | undefined> {
  for (const name of packages) {
    try {
      const loaded = await import(name);
      return loaded.chromium ? loaded : loaded.default;
    } catch {
      // The next name it goes by.
    }
  }
  return undefined;
}
