import type { Page } from '@playwright/test';
import type { Snapshot } from 'playscope';
import type { Build } from '../e2e/build.ts';
import type { Span } from '../e2e/collector.ts';
import { collectorApi } from '../e2e/collector.ts';
import type { Player } from '../e2e/player.ts';
import { players } from '../e2e/player.ts';
import type { Crowd } from './page/crowd.ts';
import type { Fuzz } from './page/fuzz.ts';
import type { Witness } from './page/witness.ts';
import type { Sight } from './sight.ts';
import { statesCheck } from './states.ts';

declare global {
  interface Window {
    crowd: Crowd;
    fuzz: Fuzz;
    witness: Witness;
  }
}

export type Opening = Parameters<Player['open']>[0] & {
  /** Another stream than the live one. */
  readonly stream?: 'onDemand' | 'lowLatency' | 'encrypted';
  /** In which way the SDK is loaded. Default `npm`. */
  readonly build?: Build;
  /** A browser of its own with these switches besides. */
  readonly browserArgs?: readonly string[];
};

/** One page with a player, and what can be asked of it. */
export type Viewing = {
  readonly page: Page;
  readonly stream: string;
  snapshot(): Promise<Snapshot>;
  /** Waits until this holds of a snapshot. */
  until(holds: (snapshot: Snapshot) => boolean, timeoutMs?: number): Promise<Snapshot>;
  /** Waits until so many more media seconds were painted. */
  plays(seconds: number): Promise<void>;
  /** Waits until nothing was painted for so long. */
  stands(ms: number): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** By so many seconds. */
  jump(by: number): Promise<void>;
  /** To so many seconds before the end. */
  jumpNearEnd(seconds: number): Promise<void>;
  setRate(rate: number): Promise<void>;
  /** An index of the driver's renditions. */
  show(rendition: number): Promise<void>;
  sight(): Promise<Sight>;
  /** Lets the SDK send what is left, and ends the page. */
  leave(): Promise<Left>;
};

/** What is left of a viewing: what the witness saw, and what arrived at the collector. */
export type Left = { readonly sight: Sight; readonly snapshot: Snapshot; readonly spans: readonly Span[] };

const patienceMs = 45_000;

export async function openViewing(
  page: Page,
  place: Parameters<typeof players>[1],
  { states: tell, ...opening }: Parameters<Player['open']>[0] & { readonly states: Parameters<typeof statesCheck>[0] },
): Promise<Viewing> {
  const player = players(page, place);
  const collector = collectorApi(place.collectorUrl, place.stream);
  const states = statesCheck(tell);
  await player.open(opening);

  const viewing: Viewing = {
    page,
    stream: place.stream,
    async snapshot() {
      const [from, snapshot, to] = await page.evaluate(
        () => [performance.now(), window.view.snapshot(), performance.now()] as const,
      );
      states(snapshot, from, to);
      return snapshot;
    },
    async until(holds, timeoutMs = patienceMs) {
      const ends = performance.now() + timeoutMs;
      for (;;) {
        const snapshot = await viewing.snapshot();
        if (holds(snapshot)) return snapshot;
        if (performance.now() > ends)
          throw new Error(`waited ${timeoutMs} ms for ${holds}: ${JSON.stringify(snapshot)}`);
        await page.evaluate(() => new Promise((turn) => setTimeout(turn, 50)));
      }
    },
    async plays(seconds) {
      const from = await page.evaluate(() => window.witness.paintedSec());
      await page.waitForFunction((to) => window.witness.paintedSec() >= to, from + seconds, { timeout: patienceMs });
    },
    async stands(ms) {
      await page.waitForFunction((least) => window.witness.standsForMs() >= least, ms, { timeout: patienceMs });
    },
    pause: () => page.evaluate(() => window.video.pause()),
    resume: () =>
      page.evaluate(() => {
        window.video.play().catch(() => {});
      }),
    jump: (by) =>
      page.evaluate((seconds) => {
        window.video.currentTime += seconds;
      }, by),
    jumpNearEnd: (seconds) =>
      page.evaluate((before) => {
        window.video.currentTime = window.video.duration - before;
      }, seconds),
    setRate: (rate) =>
      page.evaluate((factor) => {
        window.video.playbackRate = factor;
      }, rate),
    show: (rendition) => page.evaluate((index) => window.driver.show(index), rendition),
    sight: () => page.evaluate(() => window.witness.sight()),
    async leave() {
      const snapshot = await viewing.snapshot();
      const sight = await viewing.sight();
      await player.detach();
      await page.close();
      return { sight, snapshot, spans: await collector.spans() };
    },
  };
  return viewing;
}
