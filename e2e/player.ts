import type { Page } from '@playwright/test';
import type { AttachOptions, Snapshot, View } from 'playscope';
import type { Driver, MakePlayer, Rendition, Settings } from './page/drivers.ts';
import type { Gap, Probe } from './page/probe.ts';
import type { Company, PlayerName } from './pages.ts';

/** What a story's page has on its window. */
declare global {
  interface Window {
    Hls: typeof import('hls.js').default;
    dashjs: typeof import('dashjs');
    playscope: typeof import('playscope');
    probe(video: HTMLVideoElement): Probe;
    makePlayer: MakePlayer;
    driver: Driver;
    /** The player itself, for stories that are about this one. */
    hls: import('hls.js').default;
    dash: import('dashjs').MediaPlayerClass;
    video: HTMLVideoElement;
    view: View;
    eye: Probe;
    /** What a page's own script prepared, as it cannot be handed in from outside: functions, classes, providers. */
    prepared: { readonly own?: object; readonly options?: Partial<AttachOptions> };
    /** Calls of the page's own hooks. */
    calls: number;
    /** When it was asked to play, ms on the page's clock. */
    asked: number;
    hostSpans: readonly string[];
    endpoint: string;
  }
}

type Opening = {
  readonly options?: Partial<
    Omit<AttachOptions, 'video' | 'headers' | 'redactUrl' | 'tracerProvider' | 'meterProvider'>
  >;
  readonly settings?: Settings;
  /** Settings in the player's own words, over those. */
  readonly own?: object;
  /** Default: the live stream of the stage. */
  readonly source?: string;
  /** Attach after playback has begun. */
  readonly late?: boolean;
  /** After which call of the page to attach. Default: before all of them. */
  readonly attachAfter?: 'load' | 'attachMedia';
  readonly play?: boolean;
  /** Runs in the page before the player is made, to fill `window.prepared`. */
  readonly prepare?: () => void;
  readonly company?: Company;
  /** Default: the newest of the stage's protocol. */
  readonly player?: PlayerName;
};

/** A page with a player, and its questions. */
export type Player = {
  readonly page: Page;
  /** Loads the page, plays the stream and attaches. */
  open(opening?: Opening): Promise<void>;
  snapshot(): Promise<Snapshot>;
  /** Waits until this holds of the snapshot. */
  until(holds: (snapshot: Snapshot) => boolean, timeout?: number): Promise<Snapshot>;
  playing(seconds?: number): Promise<Snapshot>;
  /** Has the player show this rendition from the next segment on, as soon as it knows them; gives all, ascending. */
  shows(index: number): Promise<readonly Rendition[]>;
  /** What the eye saw: times without a new frame. */
  gaps(ms: number): Promise<Gap[]>;
  detach(): Promise<void>;
  /** Errors and console lines that the page saw. */
  readonly complaints: readonly string[];
};

type Place = {
  readonly url: (player?: PlayerName) => string;
  readonly collectorUrl: string;
  readonly source: string;
  readonly stream: string;
};

const stories = { reportEveryMs: 2000 };

export function players(page: Page, place: Place): Player {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));

  const player: Player = {
    page,
    complaints,
    async open(opening = {}) {
      const {
        options = {},
        settings = {},
        own = {},
        source = place.source,
        late = false,
        play = true,
        prepare,
        attachAfter,
      } = opening;
      const url = place.url(opening.player);
      await page.goto(opening.company ? `${url}/${opening.company}` : url);
      await page.waitForFunction(() => 'playscope' in window && 'makePlayer' in window);
      if (prepare) await page.evaluate(prepare);
      const attachOptions = { ...stories, endpoint: place.collectorUrl, streamId: place.stream, ...options };
      await page.evaluate(
        async ({ attachOptions, settings, own, source, late, attachAfter }) => {
          window.video = document.querySelector('#video') as HTMLVideoElement;
          window.eye = window.probe(window.video);
          const { prepared } = window;
          const driver = window.makePlayer(settings, { ...own, ...prepared?.own });
          Object.assign(window, { driver, [driver.name]: driver.player });
          const attach = () => {
            window.view = window.playscope.attach(driver.player as never, { ...attachOptions, ...prepared?.options });
          };
          if (!late && !attachAfter) attach();
          driver.load(source);
          if (attachAfter === 'load') attach();
          // What anyone can see of the wish to play: on a busy machine the event comes late.
          const asks = ({ timeStamp }: Event) => {
            window.asked = timeStamp;
          };
          if (driver.asksBy === 'element') window.video.addEventListener('play', asks, { once: true });
          else window.asked = performance.now();
          driver.attachMedia(window.video);
          if (attachAfter === 'attachMedia') attach();
          window.endpoint = String(attachOptions.endpoint);
          if (!late) return;
          await new Promise((moving) =>
            window.video.addEventListener('timeupdate', () => window.video.currentTime > 1 && moving(0)),
          );
          attach();
        },
        { attachOptions, settings: { autoplay: play, ...settings }, own, source, late, attachAfter },
      );
    },
    snapshot: () => page.evaluate(() => window.view.snapshot()),
    async until(holds, timeout = 30_000) {
      const ends = Date.now() + timeout;
      for (;;) {
        const snapshot = await page.evaluate(() => window.view.snapshot());
        if (holds(snapshot)) return snapshot;
        if (Date.now() > ends)
          throw new Error(`waited ${timeout} ms for ${holds}; the snapshot is ${JSON.stringify(snapshot)}`);
        await page.evaluate(() => new Promise(requestAnimationFrame));
      }
    },
    playing(seconds = 1) {
      return player.until(({ times }) => times.playing >= seconds);
    },
    async shows(index) {
      await page.waitForFunction((at) => window.driver.renditions().length > at, index);
      return page.evaluate((at) => {
        window.driver.show(at);
        return window.driver.renditions();
      }, index);
    },
    gaps: (ms) => page.evaluate((longer) => window.eye.gaps(longer), ms),
    detach: () => page.evaluate(() => window.view.detach()),
  };
  return player;
}
