// Viewers without a browser beside one with a browser, under the same faults: what they report has to be the same.
import { expect } from '@playwright/test';
import type { Viewer } from 'playscope/synthetic';
import { startLightViewer } from 'playscope/synthetic';
import { test } from './stage.ts';

type Figures = NonNullable<Awaited<ReturnType<Viewer['snapshot']>>>;
type Fetch = { readonly startedAt: number; readonly durationMs: number; readonly attributes: Record<string, unknown> };

const crowd = 5;
const segments = '/live/**/seg-*.m4s';
// Of the same answers, on two busy cores that a page, the origin and the viewers share. The 95th percentile of the five or six that a
// browser fetches of a kind is its slowest one.
const toleranceSec = { 0.5: 0.1, 0.95: 0.5 };
// When the fault begins each holds a segment (2 s) more or less, and a page that took its time to begin holds that much more.
const heldSec = 4;

/** A quantile of values; NaN of none. */
function quantile(q: number, values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

test('light viewers see what a browser sees: fetches that take longer, and a stall', async ({ stage, page }) => {
  const { url: endpoint } = stage.collector;
  const { name: protocol } = stage.protocol;
  const lightStream = `${stage.stream}-light`;
  const player = stage.players(page);
  await player.open();
  // Those without a browser play the lowest rendition.
  await player.shows(0);
  const leaving = new AbortController();
  const start = () =>
    startLightViewer({
      ...{ url: stage.source, protocol, streamId: lightStream, endpoint, sampleRatio: 1, signal: leaving.signal },
    });
  const lights: Viewer[] = await Promise.all(Array.from({ length: crowd }, start));
  const figures = async () => Promise.all(lights.map(async (viewer) => (await viewer.snapshot()) as Figures));
  await player.playing(5);
  await expect.poll(async () => (await figures()).every(({ times }) => times.playing > 3)).toBe(true);

  type Fault = Parameters<typeof stage.origin.fault>[0];
  /** Lets a fault meet both for a while; gives its id. */
  async function meets(fault: Fault, isEnough: () => Promise<boolean>): Promise<string> {
    const id = await stage.origin.fault(fault);
    await expect.poll(isEnough, { timeout: 25_000 }).toBe(true);
    await stage.origin.heal();
    return id;
  }
  const hasFetched = async (more: number) => {
    const before = (await player.snapshot()).requests.count;
    return async () => (await player.snapshot()).requests.count >= before + more;
  };
  const delayed = await meets({ match: segments, effect: 'delay', value: 1000 }, await hasFetched(18));
  const throttled = await meets({ match: segments, effect: 'throttle', value: 25_000 }, await hasFetched(18));
  await meets({ match: segments, effect: 'hang' }, async () => {
    const all = [await player.snapshot(), ...(await figures())];
    return all.every(({ stalls }) => stalls.current !== null && stalls.current.durationSec > 1);
  });
  await player.until(({ stalls, state }) => stalls.current === null && state === 'playing');
  await expect.poll(async () => (await figures()).every(({ state }) => state === 'playing')).toBe(true);

  const seen = await player.snapshot();
  const light = await figures();
  for (const { stalls } of light) expect(Math.abs(stalls.count - seen.stalls.count)).toBeLessThanOrEqual(1);
  expect(light.every(({ stalls }) => stalls.count > 0)).toBe(true);
  const stalledSec = light.map(({ stalls }) => stalls.durationSec);
  expect(Math.abs(quantile(0.5, stalledSec) - seen.stalls.durationSec)).toBeLessThan(heldSec);

  await player.detach();
  await Promise.all(lights.map((viewer) => viewer.stop()));
  const met = await stage.origin.requests();
  for (const fault of [delayed, throttled]) {
    const slow = met.filter(({ faults, finishedAt }) => finishedAt && faults.includes(fault));
    const [from, to] = [
      Math.min(...slow.map(({ receivedAt }) => receivedAt)),
      Math.max(...slow.map((r) => r.finishedAt)),
    ];
    const took = async (stream: string) => {
      const query = `stream=${stream}&name=livestream.segment.fetch&limit=1000`;
      const { spans } = await (await fetch(`${endpoint}/api/spans?${query}`)).json();
      const whole = (spans as Fetch[]).filter(
        ({ startedAt, durationMs }) => startedAt >= from - 5 && startedAt + durationMs <= to + 50,
      );
      const sec = (type: string) =>
        whole.filter(({ attributes }) => attributes['object.type'] === type).map(({ durationMs }) => durationMs / 1000);
      return { video: sec('video'), audio: sec('audio') };
    };
    const [browser, without] = [await took(stage.stream), await took(lightStream)];
    for (const type of ['video', 'audio'] as const) {
      expect(browser[type].length).toBeGreaterThan(3);
      expect(without[type].length).toBeGreaterThan(3 * crowd);
      for (const q of [0.5, 0.95] as const) {
        const [expected, received] = [quantile(q, browser[type]), quantile(q, without[type])];
        expect(Math.abs(received - expected)).toBeLessThan(toleranceSec[q]);
      }
    }
  }
});
