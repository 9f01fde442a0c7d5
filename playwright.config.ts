import { defineConfig } from '@playwright/test';
import type { BuildOption } from './e2e/build.ts';
import { browserArgs, findBrowser } from './scripts/browser.ts';

// About the package itself, in no particular build.
const once = /(bench|cached-origin|demo|doctor|drill|package|payload|readme|transport|versions|watch)\.spec\.ts/;
// About one player itself or what the demo has in one protocol only, and WebRTC, which is a third one.
const hlsOnly = /(hls-config|encrypted|webrtc)\.spec\.ts/;
const dashOnly = /dash-config\.spec\.ts/;
// About viewers beside the page, whichever way that loads the SDK.
const anyBuild = /light\.spec\.ts/;
const executablePath = findBrowser();

export default defineConfig<BuildOption>({
  testDir: 'e2e',
  outputDir: 'test-results',
  timeout: 90_000,
  workers: 2,
  // Where machines are shared a story may have one more try; the closing lines name it, as it is a bug report.
  retries: process.env.CI ? 1 : 0,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'build/e2e.json' }]],
  use: {
    launchOptions: { args: [...browserArgs], ...(executablePath ? { executablePath } : {}) },
    // Recording traces costs a core that the stories' timing needs; turn on with --trace on.
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'package', testMatch: once },
    // The same stories over both ways to load the player SDK, and over both protocols.
    { name: 'npm', testIgnore: [once, dashOnly], use: { build: 'npm', protocol: 'hls' } },
    { name: 'script', testIgnore: [once, dashOnly, anyBuild], use: { build: 'script', protocol: 'hls' } },
    { name: 'npm-dash', testIgnore: [once, hlsOnly], use: { build: 'npm', protocol: 'dash' } },
    { name: 'script-dash', testIgnore: [once, hlsOnly, anyBuild], use: { build: 'script', protocol: 'dash' } },
    { name: 'truth', testDir: 'truth', testMatch: /\.spec\.ts$/ },
  ],
});
