import type { Case } from '../case.ts';
import { startupMs } from '../sight.ts';
import type { Opening, Viewing } from '../viewing.ts';

type Start = {
  readonly name: string;
  readonly fault?: Parameters<import('../bench.ts').Bench['origin']['fault']>[0];
  readonly opening?: Opening;
  readonly meanwhile?: (viewing: Viewing) => Promise<void>;
  readonly fast?: boolean;
};

const starts: readonly Start[] = [
  { name: 'plain start', fast: true },
  { name: 'plain start, lowest rendition', opening: { settings: { startsLowest: true } } },
  { name: 'slow manifest', fault: { match: '/live/ma', effect: 'delay', value: 1500 } },
  { name: 'slow media playlists', fault: { match: 'index.m3u8', effect: 'delay', value: 800 } },
  { name: 'slow segments', fault: { match: '.m4s', effect: 'delay', value: 1200 }, fast: true },
  { name: 'throttled segments', fault: { match: '/v', effect: 'throttle', value: 60_000 } },
  {
    name: 'a first segment that fails once',
    fault: { match: '/live/v*/seg-*', effect: 'status', value: 503, count: 1 },
  },
  {
    name: 'pause during the start',
    fault: { match: '.m4s', effect: 'hang' },
    async meanwhile(viewing) {
      const { until } = viewing;
      await until(({ state, times }) => state === 'starting' && times.starting > 0.5);
      await viewing.pause();
      await until(({ times }) => times.paused > 1);
      await viewing.resume();
      await until(({ times }) => times.starting > 1);
    },
  },
];

/** Starts: from the wish to play to the first frame, held against the first painted frame. */
export const startup: readonly Case[] = starts.map(({ name, fault, opening, meanwhile, fast = false }) => ({
  name,
  fast,
  async play({ origin, open }) {
    if (fault) await origin.fault(fault);
    const viewing = await open(opening);
    await meanwhile?.(viewing);
    if (meanwhile) await origin.heal();
    await viewing.plays(0.5);
    const askedAt = await viewing.page.evaluate(() => window.asked);
    const { sight, spans } = await viewing.leave();
    const span = spans.find((span) => span.name === 'livestream.player.startup');
    const seconds = span?.attributes['startup.duration_s'];
    return [
      {
        figure: 'startup',
        expected: startupMs(sight, askedAt),
        received: typeof seconds === 'number' ? seconds * 1000 : null,
      },
    ];
  },
}));
