import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { BrowserType } from 'playwright-core';
import { problem } from './problem.ts';

export type Playwright = Readonly<Record<'chromium' | 'firefox' | 'webkit', BrowserType>>;

const packages = ['playwright-core', 'playwright', '@playwright/test'];

/**
 * Playwright, an optional peer: of this package, or of the folder where it is called.
 *
 * @param otherwise what does without, such as `, or --light 1`.
 * @throws how to get it.
 */
export async function findPlaywright(otherwise = ''): Promise<Playwright> {
  for (const from of [import.meta.url, pathToFileURL(`${process.cwd()}/package.json`).href]) {
    for (const name of packages) {
      const path = resolved(name, from);
      if (path === undefined) continue;
      const loaded = await import(pathToFileURL(path).href);
      return loaded.default ?? loaded;
    }
  }
  throw problem(
    'ERR_START',
    `A browser takes Playwright, which is not installed: npm install playwright-core${otherwise}`,
  );
}

function resolved(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
