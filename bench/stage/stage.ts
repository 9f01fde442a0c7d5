import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from '@playwright/test';
import { chromium } from '@playwright/test';
import { browserArgs, ensureBrowser } from '../../scripts/browser.ts';
import type { Sdk } from './sdks.ts';
import type { Sent } from './sent.ts';

export type PageOptions = {
  /** Default `play`. */
  readonly page?: 'play' | 'attach' | 'hours' | 'view' | 'publish';
  /** Of which share of the sessions Playscope sends the spans. Default 1. */
  readonly ratio?: string;
  /** What the paths of Playscope's requests begin with, to tell viewings apart. */
  readonly prefix?: string;
  /** The multivariant playlist. Default the site's own, on demand. */
  readonly source?: string;
  /** Seconds that the player loads ahead. Default 20. */
  readonly buffer?: string;
  /** Of a WebRTC viewer: where to view. */
  readonly whep?: string;
};

export type Stage = {
  readonly version: string;
  /** A browser that knows nothing of the ones before. */
  browse<Value>(run: (browser: Browser) => Promise<Value>): Promise<Value>;
  /** The address of a page, by default that of a viewing. */
  pageUrl(sdk: Sdk, more?: PageOptions): string;
  /** What came since the last call. */
  taken(): Promise<readonly Sent[]>;
  /** Holds all segments back, or lets them go. */
  hold(held: boolean): void;
  close(): void;
};

/** Starts the server of the viewings in a process of its own, so that what it costs is not the player's. */
export async function startStage(): Promise<Stage> {
  const server = fork(new URL('server.ts', import.meta.url));
  const [{ site, sink }] = (await once(server, 'message')) as [{ site: string; sink: string }];
  const executablePath = ensureBrowser();
  async function browse<Value>(run: (browser: Browser) => Promise<Value>) {
    const browser = await chromium.launch({ executablePath, args: [...browserArgs] });
    try {
      return await run(browser);
    } finally {
      await browser.close();
    }
  }
  return {
    version: await browse(async (browser) => browser.version()),
    browse,
    pageUrl: (sdk, { page = 'play', prefix = '', ...more } = {}) =>
      `${site}/${page}?${new URLSearchParams({ sdk, sink: sink + prefix, ...more })}`,
    taken: async () => (await fetch(sink)).json() as Promise<readonly Sent[]>,
    hold: (held) => server.send(held ? 'hold' : 'release'),
    close: () => server.disconnect(),
  };
}
