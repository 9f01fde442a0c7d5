import type { Bench } from '../bench.ts';
import type { Case, Compared } from '../case.ts';
import type { Opening, Viewing } from '../viewing.ts';
import { withhold } from './stalls.ts';

type Live = {
  readonly name: string;
  readonly opening?: Opening;
  readonly fast?: boolean;
  readonly before?: (bench: Bench, viewing: Viewing) => Promise<unknown>;
};

const lives: readonly Live[] = [
  { name: 'as the player likes it', fast: true },
  { name: 'two segments behind', opening: { settings: { segmentsBehindLive: 2 } } },
  { name: 'after a jump back', before: (_, viewing) => viewing.jump(-8) },
  { name: 'low latency', opening: { stream: 'lowLatency' } },
  {
    name: 'after a stall',
    opening: { settings: { bufferSec: 4, segmentsBehindLive: 2 } },
    before: (bench, viewing) => withhold(bench, viewing, 3),
  },
];

/** Wall clock minus capture time of the frame on screen, by the number that the packager gave its segment. */
export const latency: readonly Case[] = lives.map(({ name, opening, fast = false, before }) => ({
  name,
  fast,
  async play(bench) {
    const viewing = await bench.open(opening);
    await viewing.plays(2);
    await before?.(bench, viewing);
    const compared: Compared[] = [];
    for (let look = 0; look < 3; look++) {
      await viewing.plays(1.5);
      const [seen, told] = await viewing.page.evaluate(
        () => [window.witness.behindLiveSec(), window.view.snapshot().liveLatencySec] as const,
      );
      compared.push({
        figure: 'liveLatency',
        expected: (seen ?? Number.NaN) * 1000,
        received: told === null ? null : told * 1000,
      });
    }
    await viewing.leave();
    return compared;
  },
}));
