import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findBrowser, findFirefox } from './browser.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playscope-browser-'));
  vi.stubEnv('PLAYSCOPE_BROWSER', '');
  vi.stubEnv('PLAYSCOPE_FIREFOX', '');
  vi.stubEnv('PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function program(name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

test('Chromium goes before Chrome on PATH', () => {
  const chrome = program('google-chrome-stable');
  expect(findBrowser()).toBe(chrome);
  const chromium = program('chromium');
  expect(findBrowser()).toBe(chromium);
});

test('PLAYSCOPE_BROWSER goes before everything', () => {
  program('chromium');
  const own = program('my-browser');
  vi.stubEnv('PLAYSCOPE_BROWSER', own);
  expect(findBrowser()).toBe(own);
});

test('PLAYSCOPE_BROWSER that names no program is said in one sentence', () => {
  vi.stubEnv('PLAYSCOPE_BROWSER', join(folder, 'gone'));
  expect(findBrowser).toThrow(/^PLAYSCOPE_BROWSER: expected the path of a Chromium, received .*gone\.$/);
});

test('a Firefox is looked for by its two names, after the one of PLAYSCOPE_FIREFOX', () => {
  expect(findFirefox()).toBeUndefined();
  const firefox = program('firefox');
  expect(findFirefox()).toBe(firefox);
  const esr = program('firefox-esr');
  expect(findFirefox()).toBe(esr);
  const own = program('my-browser');
  vi.stubEnv('PLAYSCOPE_FIREFOX', own);
  expect(findFirefox()).toBe(own);
  vi.stubEnv('PLAYSCOPE_FIREFOX', join(folder, 'gone'));
  expect(findFirefox).toThrow(/^PLAYSCOPE_FIREFOX: expected the path of a Firefox, received .*gone\.$/);
});
