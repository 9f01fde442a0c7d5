import type { Bench } from '../bench.ts';
import type { Case, Compared } from '../case.ts';
import { hideTab } from '../hidden.ts';
import { counterOf } from '../reported.ts';
import type { Viewing } from '../viewing.ts';
import { withhold } from './stalls.ts';

type Stay = { readonly name: string; readonly fast?: boolean; act(viewing: Viewing, bench: Bench): Promise<unknown> };

const stays: readonly Stay[] = [
  { name: 'playing', act: (viewing) => viewing.plays(10) },
  {
    name: 'playing and paused',
    async act(viewing) {
      await viewing.plays(4);
      await viewing.pause();
      await viewing.until(({ times }) => times.paused > 5);
      await viewing.resume();
      await viewing.plays(3);
    },
  },
  {
    name: 'with stalls and jumps',
    async act(viewing, bench) {
      await viewing.plays(2);
      await withhold(bench, viewing, 2);
      await viewing.plays(2);
      await viewing.jump(-6);
      await viewing.plays(3);
    },
  },
  {
    name: 'on a machine that is slowed down six times',
    async act(viewing) {
      const cdp = await viewing.page.context().newCDPSession(viewing.page);
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 });
      await viewing.plays(8);
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    },
  },
];

// Chromium wakes a hidden page once a minute after five minutes of silence; here after some seconds.
const throttled = ['--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5'];

const hidden: readonly Case[] = [
  { name: 'in a hidden tab that is heard', tab: { muted: false, forSec: 20 } },
  {
    name: 'in a hidden tab without sound, its timers throttled to one a minute',
    tab: { muted: true, forSec: 80, args: throttled },
  },
].map(({ name, tab }) => ({
  name,
  async play(bench: Bench): Promise<readonly Compared[]> {
    const { thereSec, snapshot, stream } = await hideTab(bench, tab);
    const seconds = await counterOf(bench.collectorUrl, stream, 'livestream_viewer_presence_seconds_total');
    return [
      { figure: 'presence', expected: thereSec, received: seconds },
      { figure: 'noStall', expected: 0, received: snapshot.stalls.count },
    ];
  },
}));

/** Seconds that a viewer was there, from the wish to play to the farewell. */
const visible: readonly Case[] = stays.map(({ name, fast = false, act }) => ({
  name,
  fast,
  async play(bench) {
    const viewing = await bench.open({ settings: { bufferSec: 4, segmentsBehindLive: 2 } });
    await act(viewing, bench);
    const thereMs = await viewing.page.evaluate(async () => {
      const ms = performance.now() - window.asked;
      await window.view.detach();
      return ms;
    });
    await viewing.page.close();
    const seconds = await counterOf(bench.collectorUrl, viewing.stream, 'livestream_viewer_presence_seconds_total');
    return [{ figure: 'presence', expected: thereMs / 1000, received: seconds }];
  },
}));

export const presence = [...visible, ...hidden];
