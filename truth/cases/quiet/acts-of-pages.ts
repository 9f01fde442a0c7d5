import type { Quiet } from './quiet.ts';

/** What pages do with their player, and what origins do in time: the picture goes on. */
export const pageActs: readonly Quiet[] = [
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
  {
    name: 'an autoplay that the browser refuses, until the viewer clicks',
    refused: true,
    opening: {
      prepare: () => {
        for (const video of document.querySelectorAll('video')) video.muted = false;
      },
      browserArgs: ['--autoplay-policy=user-gesture-required'],
    },
    async act(viewing) {
      await viewing.until(({ bufferSec }) => bufferSec > 3);
      await viewing.page.mouse.click(100, 100);
      await viewing.resume();
    },
  },
];
