import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import type { Opening, Viewing } from '../viewing.ts';

type Quiet = {
  readonly name: string;
  readonly opening?: Opening;
  readonly protocols?: Case['protocols'];
  readonly fast?: boolean;
  /** Stalls that do count, where one is part of it. */
  readonly stalls?: number;
  /** What is done to a player that plays, with a buffer of a few seconds. */
  act(viewing: Viewing, bench: Bench): Promise<unknown>;
};

const atRate = (rate: number) => async (viewing: Viewing) => {
  await viewing.setRate(rate);
  await viewing.plays(2);
};

const paused = (viewing: Viewing, seconds: number) => viewing.until(({ times }) => times.paused >= seconds);

const vod: Opening = { stream: 'onDemand' };

const all: readonly Quiet[] = [
  { name: 'seek forward in the buffer', act: (viewing) => viewing.jump(1.5) },
  { name: 'seek back in the buffer', act: (viewing) => viewing.jump(-1.5) },
  { name: 'seek out of the buffer', fast: true, act: (viewing) => viewing.jump(-10) },
  {
    name: 'seek out of the buffer, to where segments are slow',
    async act(viewing, { origin }) {
      await origin.fault({ match: '.m4s', effect: 'delay', value: 1500, count: 2 });
      await viewing.jump(-10);
    },
  },
  {
    name: 'scrubbing',
    async act(viewing) {
      for (const by of [-6, 2, -4, 3, -2]) {
        await viewing.jump(by);
        await viewing.page.evaluate(() => new Promise(requestAnimationFrame));
      }
    },
  },
  {
    name: 'pause and resume',
    async act(viewing) {
      await viewing.pause();
      await paused(viewing, 1);
      await viewing.resume();
    },
  },
  {
    name: 'a pause that is longer than the buffer',
    async act(viewing) {
      await viewing.pause();
      await paused(viewing, 7);
      await viewing.resume();
    },
  },
  {
    name: 'a seek while paused',
    async act(viewing) {
      await viewing.pause();
      await viewing.jump(-8);
      await viewing.page.waitForFunction(() => !window.video.seeking);
      await paused(viewing, 1);
      await viewing.resume();
    },
  },
  {
    name: 'a pause in a stall: the stall counts once and ends with it',
    stalls: 1,
    opening: { settings: { bufferSec: 4, segmentsBehindLive: 2 } },
    async act(viewing, { origin }) {
      await origin.fault({ match: '.m4s', effect: 'hang' });
      await viewing.stands(1000);
      await viewing.pause();
      await paused(viewing, 2);
      await origin.heal();
      await viewing.resume();
    },
  },
  {
    name: 'the end of the stream',
    opening: vod,
    async act(viewing) {
      await viewing.jumpNearEnd(3);
      await viewing.until(({ state }) => state === 'ended');
    },
  },
  {
    name: 'played again from the end',
    opening: vod,
    async act(viewing) {
      await viewing.jumpNearEnd(2);
      await viewing.until(({ state }) => state === 'ended');
      await viewing.resume();
    },
  },
  { name: 'rate 0.5', act: atRate(0.5) },
  { name: 'rate 2', opening: vod, act: atRate(2) },
  {
    name: 'rate 0 for a while',
    async act(viewing) {
      await viewing.setRate(0);
      await viewing.stands(1500);
      await viewing.setRate(1);
    },
  },
  {
    name: 'another source',
    async act({ page }, { origin, protocol }) {
      await page.evaluate((source) => window.driver.load(source), origin.url + protocol.onDemand);
    },
  },
  {
    name: 'the same source again',
    async act({ page }, { origin, protocol }) {
      await page.evaluate((source) => window.driver.load(source), origin.url + protocol.manifest);
    },
  },
  {
    name: 'switches up and down',
    opening: { settings: { startsLowest: true, bufferSec: 6 } },
    async act(viewing) {
      await viewing.show(2);
      await viewing.page.waitForFunction(() => window.video.videoHeight === 540);
      await viewing.show(0);
      await viewing.page.waitForFunction(() => window.video.videoHeight === 180);
    },
  },
  {
    name: 'a jump to the live edge',
    async act(viewing) {
      await viewing.jump(-10);
      await viewing.plays(1);
      await viewing.jump(10);
    },
  },
  {
    name: 'playlists that come late, but in time',
    async act(viewing, { origin, protocol }) {
      await origin.fault({ match: protocol.refreshed, effect: 'delay', value: 1200, count: 6 });
      await viewing.plays(4);
    },
  },
  {
    name: 'segments that fail and come at the second attempt',
    async act(viewing, { origin }) {
      await origin.fault({ match: '.m4s', effect: 'status', value: 503, count: 2 });
      await viewing.plays(5);
    },
  },
  {
    name: 'a page that is busy for 0.6 s at a time, while the picture goes on',
    async act(viewing) {
      for (let turn = 0; turn < 4; turn++) {
        await viewing.page.evaluate(() => {
          for (const until = performance.now() + 600; performance.now() < until; );
        });
        await viewing.plays(0.3);
      }
    },
  },
  {
    name: 'a picture that is scrolled out of sight',
    async act(viewing) {
      const move = (top: string) =>
        viewing.page.evaluate((to) => {
          window.video.style.cssText = `position: absolute; top: ${to}`;
        }, top);
      await move('-5000px');
      const from = (await viewing.snapshot()).times.playing;
      await viewing.until(({ times }) => times.playing > from + 4);
      await move('0');
    },
  },
  {
    name: 'an element given back, and slow segments',
    async act(viewing, { origin }) {
      await origin.fault({ match: '.m4s', effect: 'delay', value: 1500, count: 8 });
      await viewing.page.evaluate(() => window.driver.detachMedia());
      await viewing.page.evaluate(() => window.driver.attachMedia(window.video));
    },
  },
];

/** What looks like a stall and is none. */
export const quiet: readonly Case[] = all.map(({ name, opening, protocols, fast = false, stalls = 0, act }) => ({
  name,
  fast,
  ...(protocols && { protocols }),
  async play(bench) {
    const viewing = await bench.open(opening);
    await viewing.plays(3);
    await act(viewing, bench);
    const { state } = await viewing.snapshot();
    if (state !== 'ended') await viewing.plays(1.5);
    const { spans } = await viewing.leave();
    return [
      {
        figure: 'noStall',
        expected: stalls,
        received: spans.filter(({ name }) => name === 'livestream.player.stall').length,
      },
    ];
  },
}));
