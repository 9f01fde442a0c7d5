import type { Page } from '@playwright/test';
import type { Sdk } from '../stage/sdks.ts';
import { scriptsOf } from '../stage/sdks.ts';
import type { Stage } from '../stage/stage.ts';
import { open } from '../stage/viewing.ts';

/** How often an SDK wakes the main thread: times a second, and the shortest period of a place that does so again and again. */
export type Wakes = { readonly timersPerSec: number; readonly framesPerSec: number; readonly shortestMs: number };
export type Timers = { readonly sdk: Sdk; readonly playing: Wakes; readonly stalled: Wakes };

type Fired = { kind: 'timer' | 'frame'; site: string; at: number };
declare const fired: Fired[];

/**
 * Counts the callbacks of timers and frames that the SDKs' own code asked for, while playing and while all segments are
 * withheld. All play at once, as only what is asked for counts.
 */
export async function timers(stage: Stage, sdks: readonly Sdk[], seconds: number): Promise<readonly Timers[]> {
  return stage.browse(async (browser) => {
    const pages = await Promise.all(
      sdks.map(async (sdk) => {
        const page = await (await browser.newContext()).newPage();
        await page.addInitScript(countCallbacks);
        await open(page, stage.pageUrl(sdk, { buffer: '6' }));
        return { sdk, page };
      }),
    );
    const each = async <Value>(run: (page: Page, sdk: Sdk) => Promise<Value>) =>
      Promise.all(pages.map(({ page, sdk }) => run(page, sdk)));
    const watched = (page: Page, sdk: Sdk) => wakes(page, sdk, seconds);
    await each((page) => page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 4));
    const playing = await each(watched);
    stage.hold(true);
    await each((page) =>
      page.waitForFunction(() => {
        const video = document.querySelector('video') as HTMLVideoElement;
        return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
      }),
    );
    const stalled = await each(watched);
    stage.hold(false);
    return pages.map(({ sdk }, i) => ({ sdk, playing: playing[i] as Wakes, stalled: stalled[i] as Wakes }));
  });
}

async function wakes(page: Page, sdk: Sdk, seconds: number): Promise<Wakes> {
  const from = await page.evaluate(() => performance.now());
  await page.waitForTimeout(seconds * 1000);
  const all = (await page.evaluate((since) => fired.filter(({ at }) => at >= since), from)) as Fired[];
  const own = all.filter(({ site }) => scriptsOf[sdk].some((file) => site.includes(file)));
  const timers = own.filter(({ kind }) => kind === 'timer');
  const sites = [...new Set(timers.map(({ site }) => site))].map((site) => timers.filter((each) => each.site === site));
  const periods = sites.filter(({ length }) => length > 2).map(periodOf);
  const perSec = (kind: Fired['kind']) => own.filter((each) => each.kind === kind).length / seconds;
  return { timersPerSec: perSec('timer'), framesPerSec: perSec('frame'), shortestMs: Math.min(...periods) };
}

function periodOf(all: readonly Fired[]): number {
  return ((all.at(-1)?.at ?? 0) - (all[0]?.at ?? 0)) / (all.length - 1);
}

/** Runs in the page before anything else: notes each callback with the place in the code that asked for it. */
function countCallbacks() {
  const fired: Fired[] = [];
  Object.assign(window, { fired });
  // The message, this function, the wrapper, and then who asked.
  const caller = () => new Error().stack?.split('\n')[3] ?? '';
  function counted(owner: object, name: string, kind: Fired['kind']) {
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    Reflect.set(owner, name, function (this: unknown, callback: unknown, ...rest: unknown[]) {
      const site = caller();
      const run = (...args: unknown[]) => {
        fired.push({ kind, site, at: performance.now() });
        return typeof callback === 'function' ? callback(...args) : undefined;
      };
      return original.call(this ?? window, run, ...rest);
    });
  }
  for (const name of ['setTimeout', 'setInterval']) counted(window, name, 'timer');
  for (const name of ['requestAnimationFrame', 'requestIdleCallback']) counted(window, name, 'frame');
  counted(HTMLVideoElement.prototype, 'requestVideoFrameCallback', 'frame');
}
