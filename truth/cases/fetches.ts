import { expect } from '@playwright/test';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { compareFetches } from '../fetches.ts';
import type { Viewing } from '../viewing.ts';

type Fault = Parameters<Bench['origin']['fault']>[0];
type Load = {
  readonly name: string;
  readonly fault?: Fault;
  readonly act?: (viewing: Viewing, bench: Bench) => Promise<unknown>;
  readonly fast?: boolean;
};

const loads: readonly Load[] = [
  { name: 'as they are' },
  { name: 'segments 400 ms late', fault: { match: '.m4s', effect: 'delay', value: 400, count: 6 } },
  { name: 'segments at 150 kB/s', fault: { match: '/live/v*/seg-*', effect: 'throttle', value: 150_000, count: 4 } },
  { name: 'a segment held for a while', fault: { match: '.m4s', effect: 'hang', durationMs: 1500, count: 2 } },
  {
    name: 'segments missing, then there',
    fault: { match: '.m4s', effect: 'status', value: 404, count: 2 },
    fast: true,
  },
  { name: 'segments that fail three times', fault: { match: '/audio/seg-', effect: 'status', value: 500, count: 3 } },
  { name: 'segments that break off', fault: { match: '.m4s', effect: 'truncate', value: 0.4, count: 2 } },
  { name: 'manifests that fail once', fault: { match: '/live/', effect: 'status', value: 503, count: 1 } },
  {
    name: 'given up by jumps',
    async act(viewing, { origin }) {
      await origin.fault({ match: '.m4s', effect: 'delay', value: 700, count: 12 });
      for (const by of [-10, 6, -4]) {
        await viewing.jump(by);
        await viewing.page.waitForFunction(() => window.video.seeking);
        await viewing.until(({ times }) => times.seeking > 0);
      }
    },
  },
  {
    name: 'given up by another source',
    async act({ page, snapshot, until }, { origin, protocol }) {
      const fault = await origin.fault({ match: '.m4s', effect: 'hang', durationMs: 2500 });
      await expect.poll(async () => (await origin.faultLog()).some((entry) => entry.fault === fault)).toBe(true);
      const { requests } = await snapshot();
      await page.evaluate((source) => window.driver.load(source), `${origin.url}${protocol.manifest}`);
      await until((now) => now.requests.count > requests.count);
    },
  },
];

/** Every request that the origin answered, by its own record. */
export const fetches: readonly Case[] = loads.map(({ name, fault, act, fast = false }) => ({
  name,
  fast,
  async play(bench) {
    const { origin, protocol } = bench;
    const openedAt = Date.now();
    const viewing = await bench.open({
      settings: { bufferSec: 6, retries: { segment: 4, manifest: 2, delayMs: 200 } },
    });
    await viewing.plays(2);
    if (fault) await origin.fault(fault);
    await act?.(viewing, bench);
    await viewing.plays(5);
    const leftAt = Date.now();
    const { spans, sight: browser } = await viewing.leave();
    const answers = (await origin.requests()).filter(
      ({ path, receivedAt }) => receivedAt > openedAt && !protocol.unwatched.includes(path),
    );
    const cuts = (await origin.faultLog()).filter(({ effect }) => effect === 'truncate').map((entry) => entry.fault);
    return compareFetches({ answers, spans, browser, cuts: new Set(cuts), leftAt });
  },
}));
