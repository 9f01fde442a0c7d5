import media from '../../demo/media/media.json' with { type: 'json' };
import type { Case } from '../case.ts';
import { averageBitrate, switches } from '../sight.ts';
import type { Viewing } from '../viewing.ts';

const sound = media.renditions.find(({ kind }) => kind === 'audio')?.peakBandwidth ?? 0;
/** Declared peaks of picture and sound together, by height: what the manifests say. */
const declared = new Map(
  media.renditions.flatMap(({ height, peakBandwidth }) => (height ? [[height, peakBandwidth + sound]] : [])),
);
const heights = [...declared.keys()].sort((a, b) => a - b);

// The rendition on screen, one after the other; seconds of each.
const courses: readonly {
  readonly name: string;
  readonly shows: readonly number[];
  readonly seconds: number;
  readonly fast?: boolean;
}[] = [
  { name: 'one rendition', shows: [0], seconds: 8 },
  { name: 'one switch up', shows: [0, 2], seconds: 8, fast: true },
  { name: 'up and down', shows: [0, 1, 2, 0, 2], seconds: 4 },
];

const show = async (viewing: Viewing, index: number) => {
  await viewing.show(index);
  await viewing.page.waitForFunction((height) => window.video.videoHeight === height, heights[index]);
};

/** Average bitrate and switches, held against the size of each painted frame. */
const bitrates: readonly Case[] = courses.map(({ name, shows, seconds, fast = false }) => ({
  name,
  fast,
  async play({ open }) {
    const viewing = await open({ settings: { startsLowest: true, bufferSec: 4 } });
    await viewing.page.waitForFunction(() => window.driver.renditions().length > 0);
    for (const index of shows) {
      await show(viewing, index);
      await viewing.plays(seconds);
    }
    const { sight, snapshot } = await viewing.leave();
    return [
      { figure: 'averageBitrate', expected: averageBitrate(sight, declared), received: snapshot.media.averageBitrate },
      { figure: 'switches', expected: switches(sight), received: snapshot.switches.up + snapshot.switches.down },
    ];
  },
}));

const drops: readonly { readonly name: string; readonly rate: number; readonly fast?: boolean }[] = [
  { name: 'at rate 1', rate: 1 },
  { name: 'at rate 8, faster than it can be decoded', rate: 8 },
];

/** Dropped frames, held against the browser's own count over the same time. */
const frames: readonly Case[] = drops.map(({ name, rate, fast = false }) => ({
  name: `frames ${name}`,
  fast,
  async play({ open }) {
    const viewing = await open({ stream: 'onDemand' });
    await viewing.setRate(rate);
    await viewing.plays(rate > 1 ? 20 : 5);
    await viewing.pause();
    await viewing.until(({ times }) => times.paused > 1.5);
    const seen = await viewing.page.evaluate(() => window.witness.quality());
    const { snapshot } = await viewing.leave();
    return [
      { figure: 'droppedFrames', expected: seen.dropped, received: snapshot.frames.dropped },
      {
        figure: 'droppedFrames',
        case: 'rendered',
        expected: seen.total - seen.dropped,
        received: snapshot.frames.rendered,
      },
    ];
  },
}));

export const quality = [...bitrates, ...frames];
