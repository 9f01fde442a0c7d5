import type { Opening, Viewing } from '../../viewing.ts';
import type { Quiet } from './quiet.ts';

const onDemand: Opening = { stream: 'onDemand' };

const atRate = (rate: number) => async (viewing: Viewing) => {
  await viewing.setRate(rate);
  await viewing.plays(2);
};

const paused = (viewing: Viewing, seconds: number) => viewing.until(({ times }) => times.paused >= seconds);

/** Jumps, pauses and other rates: nothing stalled, the viewer wanted it so. */
export const viewerActs: readonly Quiet[] = [
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
    opening: onDemand,
    async act(viewing) {
      await viewing.jumpNearEnd(3);
      await viewing.until(({ state }) => state === 'ended');
    },
  },
  {
    name: 'played again from the end',
    opening: onDemand,
    async act(viewing) {
      await viewing.jumpNearEnd(2);
      await viewing.until(({ state }) => state === 'ended');
      await viewing.resume();
    },
  },
  { name: 'rate 0.5', act: atRate(0.5) },
  { name: 'rate 2', opening: onDemand, act: atRate(2) },
  {
    name: 'rate 0 for a while',
    async act(viewing) {
      await viewing.setRate(0);
      await viewing.stands(1500);
      await viewing.setRate(1);
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
];
