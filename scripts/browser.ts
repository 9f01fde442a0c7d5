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

/** What a Firefox needs besides, to play with sound at once and to connect to this machine by its own address. */
export const firefoxPrefs: Readonly<Record<string, unknown>> = {
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.gmp-manager.updateEnabled': false,
};

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const firefoxNames = ['firefox-esr', 'firefox'];
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
  return (
    given('PLAYSCOPE_BROWSER', 'a Chromium') ??
    [...onPath(names), ...(usualPlaces[process.platform] ?? []), chromium.executablePath()].find(isProgram)
  );
}

/** The path of a Firefox: PLAYSCOPE_FIREFOX, then one on PATH. As Mozilla ships it: Playwright's own is another one. */
export function findFirefox(): string | undefined {
  return given('PLAYSCOPE_FIREFOX', 'a Firefox') ?? onPath(firefoxNames).find(isProgram);
}

/** Finds a Chromium or installs one, telling so. Throws one sentence when neither works. */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found) return found;
  console.log('No Chromium found: installing the one of Playwright.');
  run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', '--with-deps', 'chromium']);
  const installed = findBrowser() ?? installPackage('chromium', findBrowser);
  if (!installed) {
    throw new Error('Tests need a Chromium and none could be installed: set PLAYSCOPE_BROWSER to the path of one.');
  }
  return installed;
}

/** Finds a Firefox or installs one, telling so. Throws one sentence when neither works. */
export function ensureFirefox(): string {
  const found = findFirefox() ?? installPackage('firefox-esr', findFirefox);
  if (!found) {
    throw new Error('No Firefox could be installed, what is seen in it is skipped: PLAYSCOPE_FIREFOX names one.');
  }
  return found;
}

/** The path of an nginx: PLAYSCOPE_NGINX, then one on PATH or where the system keeps its servers. */
export function findNginx(): string | undefined {
  return given('PLAYSCOPE_NGINX', 'an nginx') ?? [...onPath(['nginx']), '/usr/sbin/nginx'].find(isProgram);
}

/** Finds an nginx or installs one, telling so. Throws one sentence when neither works. */
export function ensureNginx(): string {
  const found = findNginx() ?? installPackage('nginx-light', findNginx);
  if (!found) throw new Error('No nginx could be installed, what needs a cache is skipped: PLAYSCOPE_NGINX names one.');
  return found;
}

// What `npm run stack` needs besides what it builds, and the packages that have it. No package has a Go that is new enough.
const stackPrograms = {
  nginx: 'nginx-light',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
};

/** Finds or installs what the stack needs of a machine, telling so. Throws one sentence when something is missing still. */
export function ensureStackPrograms(): true {
  const missing = Object.entries(stackPrograms).filter(([program, name]) => {
    const find = () => [...onPath([program]), `/usr/sbin/${program}`].find(isProgram);
    return !(find() ?? installPackage(name, find));
  });
  if (missing.length > 0 || !onPath(['go']).some(isProgram)) {
    throw new Error(`The stack is skipped: install Go 1.26, ${Object.keys(stackPrograms).join(', ')}.`);
  }
  return true;
}

function installPackage(name: string, find: () => string | undefined): string | undefined {
  if (spawnSync('apt-get', ['--version']).status !== 0) return undefined;
  console.log(`Installing the package ${name} with apt-get.`);
  run('apt-get', ['update']);
  run('apt-get', ['install', '-y', name]);
  return find();
}

function given(variable: string, what: string): string | undefined {
  const path = process.env[variable];
  if (path && !isProgram(path)) throw new Error(`${variable}: expected the path of ${what}, received ${path}.`);
  return path || undefined;
}

function onPath(programs: readonly string[]): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return programs.flatMap((name) => folders.map((folder) => join(folder, name)));
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
