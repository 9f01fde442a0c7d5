import { test as base } from '@playwright/test';
import type { Protocol } from './protocol.ts';

export type Build = 'npm' | 'script' | 'parts';
export type BuildOption = { readonly build: Build; readonly protocol: Protocol };

/**
 * Playwright's test with the options `build`, whether the page loads the ESM package, the script-tag file or only the parts
 * of the package for one player and OpenTelemetry of the page's own, and `protocol`,
 * by which the stream is played.
 */
export const test = base.extend<BuildOption>({
  build: ['npm', { option: true }],
  protocol: ['hls', { option: true }],
});
