import type { Page } from '@playwright/test';
import type { AttachOptions, Snapshot, View } from 'playscope';
import type { Gap, Probe } from './page/probe.ts';

/** What a story's page has on its window. */
declare global {
  interface Window {
    Hls: typeof import('hls.js').default;
    playscope: typeof import('playscope');
    probe(video: HTMLVideoElement): Probe;
    hls: import('hls.js').default;
    video: HTMLVideoElement;
    view: View;
    eye: Probe;
    /** What a page's own script prepared, as it cannot be handed in from outside: functions, classes, providers. */
    prepared: { readonly hls?: Record<string, unknown>; readonly options?: Partial<AttachOptions> };
    /** When the play event came, ms on the page's clock. */
    asked: number;
    hostSpans: readonly string[];
    endpoint: string;
  }
}

type Opening = {
  readonly options?: Partial<
    Omit<AttachOptions, 'video' | 'headers' | 'redactUrl' | 'tracerProvider' | 'meterProvider'>
  >;
  readonly hls?: Record<string, unknown>;
  /** Default: the live stream of the stage. */
  readonly source?: string;
  /** Attach after playback has begun. */
  readonly late?: boolean;
  /** After which call of the page to attach. Default: before all of them. */
  readonly attachAfter?: 'loadSource' | 'attachMedia';
  readonly play?: boolean;
  /** Runs in the page before the player is made, to fill `window.prepared`. */
  readonly prepare?: () => void;
  /** A page that makes life hard for strangers. */
  readonly hostile?: boolean;
  /** Another page than the usual one: with an older player, or with an OpenTelemetry of its own. */
  readonly variant?: 'hls15' | 'hls16' | 'open-telemetry';
};

/** A page with a player, and its questions. */
export type Player = {
  readonly page: Page;
  /** Loads the page, plays the stream with hls.js and attaches. */
  open(opening?: Opening): Promise<void>;
  snapshot(): Promise<Snapshot>;
  /** Waits until this holds of the snapshot. */
  until(holds: (snapshot: Snapshot) => boolean, timeout?: number): Promise<Snapshot>;
  playing(seconds?: number): Promise<Snapshot>;
  /** What the eye saw: times without a new frame. */
  gaps(ms: number): Promise<Gap[]>;
  detach(): Promise<void>;
  /** Errors and console lines that the page saw. */
  readonly complaints: readonly string[];
};

type Place = { readonly url: string; readonly collectorUrl: string; readonly source: string; readonly stream: string };

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
        hls = {},
        source = place.source,
        late = false,
        play = true,
        prepare,
        attachAfter,
      } = opening;
      const variant = opening.hostile ? 'hostile' : opening.variant;
      await page.goto(`${place.url}${variant ? `/${variant}` : ''}`);
      await page.waitForFunction(() => 'playscope' in window && 'Hls' in window && 'probe' in window);
      if (prepare) await page.evaluate(prepare);
      const attachOptions = { ...stories, endpoint: place.collectorUrl, streamId: place.stream, ...options };
      await page.evaluate(
        async ({ attachOptions, hls, source, late, play, attachAfter }) => {
          window.video = document.querySelector('#video') as HTMLVideoElement;
          window.eye = window.probe(window.video);
          const { prepared } = window;
          window.hls = new window.Hls({ ...hls, ...prepared?.hls });
          const attach = () => {
            window.view = window.playscope.attach(window.hls, { ...attachOptions, ...prepared?.options });
          };
          if (!late && !attachAfter) attach();
          window.hls.loadSource(source);
          if (attachAfter === 'loadSource') attach();
          window.hls.attachMedia(window.video);
          if (attachAfter === 'attachMedia') attach();
          // What anyone can see of the wish to play: on a busy machine the event comes late.
          const asks = ({ timeStamp }: Event) => {
            window.asked = timeStamp;
          };
          window.video.addEventListener('play', asks, { once: true });
          window.endpoint = String(attachOptions.endpoint);
          if (play) window.video.play().catch(() => {});
          if (!late) return;
          await new Promise((moving) =>
            window.video.addEventListener('timeupdate', () => window.video.currentTime > 1 && moving(0)),
          );
          attach();
        },
        { attachOptions, hls, source, late, play, attachAfter },
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
    gaps: (ms) => page.evaluate((longer) => window.eye.gaps(longer), ms),
    detach: () => page.evaluate(() => window.view.detach()),
  };
  return player;
}
