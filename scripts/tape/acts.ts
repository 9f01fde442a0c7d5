import type { Page } from '@playwright/test';
import type { Origin } from '../../e2e/origin.ts';
import type { TapePage } from './page.ts';

declare global {
  interface Window {
    tape: TapePage;
  }
}

/** Where and with what an act is played. */
export type Stage = {
  readonly page: Page;
  readonly origin: Origin;
  readonly live: string;
  readonly vod: string;
  /** A live stream of pictures alone, in segments of 4 s. */
  readonly pictures: string;
};

export type Act = {
  readonly about: string;
  /** What it did that the page cannot see itself, on the page's clock. */
  play(stage: Stage): Promise<{ withheld?: { from: number; to: number } }>;
};

const begin = ({ page }: Stage, source: string, config: object) =>
  page.evaluate(([source, config]) => window.tape.begin(source, config), [source, config] as const);

const playTo = ({ page }: Stage, moreSec: number) =>
  page.evaluate((more) => window.tape.video.currentTime + more, moreSec).then((to) => playedTo(page, to));

const playedTo = (page: Page, to: number) =>
  page.waitForFunction((position) => window.tape.video.currentTime > position, to, { timeout: 0 });

const moving = ({ page }: Stage) =>
  page.waitForFunction(() => window.tape.video.currentTime > 0 && !window.tape.video.seeking);

const clock = ({ page }: Stage) => page.evaluate(() => window.tape.now());

/** What is acted out for each tape, by the tape's name. */
export const acts: Readonly<Record<string, Act>> = {
  'startup-switch': {
    about: 'Startup at the lowest rendition, then one switch to the highest.',
    async play(stage) {
      const { page, live } = stage;
      await begin(stage, live, { startLevel: 0, maxBufferLength: 4 });
      await page.waitForFunction(() => window.tape.levels() > 1);
      await page.evaluate(() => window.tape.show(0));
      await moving(stage);
      await playTo(stage, 2);
      await page.evaluate(() => window.tape.show(window.tape.levels() - 1));
      await page.waitForFunction(() => window.tape.video.videoHeight === 540);
      await playTo(stage, 2);
      return {};
    },
  },
  'withheld-segments': {
    about: 'The origin withholds all segments until the picture has stood for two seconds, then lets them go.',
    async play(stage) {
      const { page, live, origin } = stage;
      await begin(stage, live, { maxBufferLength: 4, liveSyncDurationCount: 2 });
      await moving(stage);
      await playTo(stage, 2);
      await origin.fault({ match: '.m4s', effect: 'hang' });
      const from = await clock(stage);
      await page.waitForFunction(() => {
        const stop = window.tape.events.filter(({ type }) => type === 'waiting').at(-1);
        return stop && window.tape.now() - stop.at > 2000;
      });
      await origin.heal();
      const to = await clock(stage);
      await page.waitForFunction(() => window.tape.video.readyState >= 3);
      await playTo(stage, 1.5);
      return { withheld: { from, to } };
    },
  },
  'seek-pause': {
    about: 'A seek inside the buffer, one out of it, a pause, and on.',
    async play(stage) {
      const { page, live } = stage;
      await begin(stage, live, {});
      await moving(stage);
      await playTo(stage, 2);
      await page.evaluate(() => window.tape.seek(1));
      await playTo(stage, 1);
      await page.evaluate(() => window.tape.seek(-12));
      await playTo(stage, 1);
      await page.evaluate(() => window.tape.pause());
      const from = await clock(stage);
      await page.waitForFunction((at) => window.tape.now() - at > 1500, from);
      await page.evaluate(() => window.tape.resume());
      await playTo(stage, 1);
      return {};
    },
  },
  'missing-segments': {
    about: 'All further segments are missing: the player asks for them again, then gives up.',
    async play(stage) {
      const { page, live, origin } = stage;
      await page.evaluate((source) => {
        const again = (policy: { maxNumRetry: number } | null | undefined, retries: number) =>
          retries < (policy?.maxNumRetry ?? 0);
        const errorRetry = { maxNumRetry: 2, retryDelayMs: 100, maxRetryDelayMs: 200, shouldRetry: again };
        window.tape.begin(source, {
          maxBufferLength: 4,
          fragLoadPolicy: {
            default: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, timeoutRetry: null, errorRetry },
          },
        });
      }, live);
      await moving(stage);
      await playTo(stage, 1);
      await origin.fault({ match: '.m4s', effect: 'status', value: 404 });
      await page.waitForFunction(() => window.tape.events.some((event) => event.type === 'error' && event.fatal));
      return {};
    },
  },
  steady: {
    about: 'More than two minutes of a live stream in segments of 4 s, in which nothing happens.',
    async play(stage) {
      await begin(stage, stage.pictures, {});
      await moving(stage);
      await playTo(stage, 142);
      return {};
    },
  },
  'vod-end': {
    about: 'A playlist with an end, played to it.',
    async play(stage) {
      await begin(stage, stage.vod, {});
      await stage.page.waitForFunction(() => window.tape.video.ended);
      return {};
    },
  },
};
