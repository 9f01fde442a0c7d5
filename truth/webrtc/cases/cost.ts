import { setTimeout as wait } from 'node:timers/promises';
import type { Case } from '../../case.ts';
import type { RtcBench } from '../bench.ts';
import type { Tab } from '../browsers.ts';

const tracks = [1, 10, 40];
const forMs = 20_000;

/** Seconds that the page's main thread has worked so far. */
async function workedSec({ command }: Tab): Promise<number> {
  const { metrics } = await command<{ metrics: { name: string; value: number }[] }>('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

/**
 * What the main thread works on the same connection with the SDK and without it, in percent of the time. The tracks have sent and
 * send no more: the browser tells as much of each of them, and nothing else takes the thread's time.
 */
async function percentOfCore({ pair }: RtcBench, count: number, attach: boolean): Promise<number> {
  const { tab, settles, leave } = await pair({ tracks: count, attach, seldom: true });
  await tab.evaluate(() => window.pair.silence());
  await settles();
  await tab.command('Performance.enable');
  const [before, from] = [await workedSec(tab), performance.now()];
  await wait(forMs);
  const share = ((await workedSec(tab)) - before) / ((performance.now() - from) / 1000);
  await leave();
  return share * 100;
}

export const cost: readonly Case<RtcBench>[] = tracks.map((count) => ({
  name: `${count} tracks looked at`,
  browsers: ['chromium'],
  async play(bench) {
    const expected = await percentOfCore(bench, count, false);
    return [{ figure: 'pollingCost', expected, received: await percentOfCore(bench, count, true) }];
  },
}));
