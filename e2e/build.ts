import { test as base } from '@playwright/test';

export type Build = 'npm' | 'script';
export type BuildOption = { readonly build: Build };

/** Playwright's test with the option `build`: whether the page loads the ESM package or the script-tag file. */
export const test = base.extend<BuildOption>({ build: ['npm', { option: true }] });
