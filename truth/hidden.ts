import { setTimeout as wait } from 'node:timers/promises';
import type { Snapshot } from 'playscope';
import { rawBrowser } from '../e2e/raw-browser.ts';
import type { Bench } from './bench.ts';

/** What a viewer did in a tab that was really hidden for a while, and what was counted. */
export type Hidden = {
  readonly thereSec: number;
  readonly hiddenSec: number;
  readonly snapshot: Snapshot;
  readonly stream: string;
};

type Tab = {
  /** Without sound, Chromium pauses the video and slows the timers of the page down. */
  readonly muted: boolean;
  readonly forSec: number;
  /** Switches of the browser. */
  readonly args?: readonly string[];
};

let tabs = 0;

/** Plays in a tab, looks at another one for so long, comes back, plays on and leaves. */
export async function hideTab(
  { site, protocol, collectorUrl, origin }: Bench,
  { muted, forSec, args = [] }: Tab,
): Promise<Hidden> {
  tabs += 1;
  const stream = `truth-hidden-${protocol.name}-${tabs}`;
  const browser = await rawBrowser(args);
  try {
    const tab = await browser.open(`${site}/npm/${protocol.name}`);
    await tab.activate();
    const until = async (expression: string) => {
      while (!(await tab.evaluate<boolean>(expression))) await wait(100);
    };
    await until(`'playscope' in window && 'makePlayer' in window`);
    await tab.evaluate(`{
      const video = document.querySelector('#video');
      video.muted = ${muted};
      const driver = makePlayer({ autoplay: true });
      const options = ${JSON.stringify({ endpoint: collectorUrl, streamId: stream, reportEveryMs: 2000 })};
      window.view = playscope.attach(driver.player, options);
      driver.load('${origin.url}${protocol.manifest}');
      if (driver.asksBy === 'player') window.asked = performance.now();
      else video.addEventListener('play', ({ timeStamp }) => { window.asked ??= timeStamp; });
      driver.attachMedia(video);
    }`);
    await until('window.view.snapshot().times.playing > 2');
    const other = await browser.open('about:blank');
    await other.activate();
    await until('window.view.snapshot().hidden');
    const hiddenFrom = await tab.evaluate<number>('performance.now()');
    await until(`performance.now() - ${hiddenFrom} > ${forSec * 1000}`);
    await tab.activate();
    await until('!window.view.snapshot().hidden');
    const hiddenSec = ((await tab.evaluate<number>('performance.now()')) - hiddenFrom) / 1000;
    await tab.evaluate(`document.querySelector('#video').play()`);
    await until(`window.view.snapshot().state === 'playing'`);
    const snapshot = await tab.evaluate<Snapshot>('window.view.snapshot()');
    const thereMs = await tab.evaluate<number>(
      '(async () => { const ms = performance.now() - window.asked; await window.view.detach(); return ms; })()',
    );
    return { thereSec: thereMs / 1000, hiddenSec, snapshot, stream };
  } finally {
    await browser.close();
  }
}
