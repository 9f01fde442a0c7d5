import { collectorApi } from '../../e2e/collector.ts';
import type { Bench } from '../bench.ts';
import type { Case, Compared } from '../case.ts';

// Viewers at a time, each number for longer than the mean looks back; some stay paused, and do not count.
const crowds: readonly {
  readonly name: string;
  readonly playing: readonly number[];
  readonly paused: number;
  readonly fast?: boolean;
}[] = [
  { name: 'one', playing: [1], paused: 0 },
  { name: 'more and fewer', playing: [10, 50, 20], paused: 3 },
];

// The mean looks back 30 s, and comes with the next report.
const settledMs = 36_000;
const reportEveryMs = 2000;

/** Players of a silent sound: the whole SDK for each, and nothing to decode. */
export const viewers: readonly Case[] = crowds.map(({ name, playing, paused }) => ({
  name,
  protocols: ['hls'],
  async play({ open, collectorUrl }: Bench) {
    const viewing = await open({ play: false });
    const stream = `${viewing.stream}-crowd`;
    const collector = collectorApi(collectorUrl, stream);
    const { page } = viewing;
    const crowd = (count: number, plays: boolean) =>
      page.evaluate(
        ([count, plays, endpoint, streamId, reportEveryMs]) =>
          window.crowd.come(count, plays, { endpoint, streamId, reportEveryMs }),
        [count, plays, collectorUrl, stream, reportEveryMs] as const,
      );
    await crowd(paused, false);
    const compared: Compared[] = [];
    for (const count of playing) {
      const there = await page.evaluate(() => window.crowd.playing());
      if (count > there) await crowd(count - there, true);
      else await page.evaluate((leaving) => window.crowd.leave(leaving), there - count);
      const from = await page.evaluate(() => performance.now());
      await page.waitForFunction((until) => performance.now() > until, from + settledMs, {
        timeout: 2 * settledMs,
        polling: 500,
      });
      const { viewers, meanViewers } = await collector.viewers();
      compared.push({ figure: 'viewers', case: `${count}`, expected: count, received: viewers });
      compared.push({ figure: 'meanViewers', case: `${count}`, expected: count, received: meanViewers });
    }
    await page.evaluate(() => window.crowd.leave(window.crowd.playing()));
    // The last word of each is on its way.
    const gone = performance.now() + reportEveryMs;
    let left = await collector.viewers();
    while (left.viewers > 0 && performance.now() < gone) left = await collector.viewers();
    compared.push({ figure: 'viewers', case: 'all gone', expected: 0, received: left.viewers });
    await page.close();
    return compared.map((each) => ({ ...each, protocol: 'any' }));
  },
}));
