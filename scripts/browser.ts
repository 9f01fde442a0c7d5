import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** What a Chromium needs to run in a container, off screen, without phoning home, with sound and picture at once. */
export const browserArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const windows = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((key) => process.env[key] ?? '');
const usualPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: windows.filter(Boolean).map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe')),
};

/**
 * The path of a Chromium: PLAYSCOPE_BROWSER, then one on PATH or where the system keeps it, then Playwright's own.
 * Undefined where there is none; throws when PLAYSCOPE_BROWSER names no program.
 */
export function findBrowser(): string | undefined {
  const given = process.env.PLAYSCOPE_BROWSER;
  if (given) {
    if (!isProgram(given)) throw new Error(`PLAYSCOPE_BROWSER: expected the path of a Chromium, received ${given}.`);
    return given;
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...(usualPlaces[process.platform] ?? []), chromium.executablePath()].find(isProgram);
}

/** Finds a Chromium or installs one, telling so. Throws one sentence when neither works. */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found) return found;
  console.log('No Chromium found: installing the one of Playwright.');
  run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', '--with-deps', 'chromium']);
  let installed = findBrowser();
  if (!installed && spawnSync('apt-get', ['--version']).status === 0) {
    console.log('That did not work: installing the package chromium with apt-get.');
    run('apt-get', ['update']);
    run('apt-get', ['install', '-y', 'chromium']);
    installed = findBrowser();
  }
  if (!installed) {
    throw new Error('Tests need a Chromium and none could be installed: set PLAYSCOPE_BROWSER to the path of one.');
  }
  return installed;
}

function run(program: string, args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not ours to run: the next place.
    return false;
  }
}
