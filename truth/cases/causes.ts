import { starveDecoder } from '../../e2e/starve-decoder.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { freezes } from '../sight.ts';
import type { Opening, Viewing } from '../viewing.ts';
import { compareStalls } from './stalls.ts';

type Cause = {
  readonly cause: string;
  readonly name: string;
  readonly opening?: Opening;
  readonly protocols?: Case['protocols'];
  readonly fast?: boolean;
  readonly inject: (bench: Bench, viewing: Viewing) => Promise<unknown>;
};

const settings = { bufferSec: 4, segmentsBehindLive: 2 };
const atEdge = { bufferSec: 4, segmentsBehindLive: 1 };

const all: readonly Cause[] = [
  {
    cause: 'network',
    name: 'playlists that are withheld',
    inject: ({ origin, protocol }) => origin.fault({ match: protocol.refreshed, effect: 'hang' }),
  },
  {
    cause: 'network',
    name: 'segments that fail',
    inject: ({ origin }) => origin.fault({ match: '/live/v*/seg-*', effect: 'status', value: 503 }),
  },
  {
    cause: 'network',
    name: 'segments that crawl',
    inject: ({ origin }) => origin.fault({ match: '/live/v*/seg-*', effect: 'throttle', value: 8000 }),
  },
  {
    cause: 'live_edge',
    name: 'a playlist that does not go on',
    opening: { settings: atEdge },
    inject: ({ origin }) => origin.fault({ match: '/live/**', effect: 'stale' }),
  },
  {
    cause: 'live_edge',
    name: 'segments that are published late',
    opening: { settings: atEdge },
    inject: ({ origin }) => origin.fault({ match: '/live/**', effect: 'late', value: 60_000 }),
  },
  {
    cause: 'key',
    name: 'keys that are withheld',
    opening: { stream: 'encrypted', settings },
    protocols: ['hls'],
    inject: ({ origin }) => origin.fault({ match: '/encrypted/key-', effect: 'hang' }),
  },
  {
    cause: 'decode',
    name: 'frames that never come out of the decoder',
    opening: { settings: { bufferSec: 8 } },
    inject: (_, { page }) => starveDecoder(page),
  },
];

/** Stalls of other causes than segments that are late. */
export const causes: readonly Case[] = all.map(
  ({ cause, name, opening = { settings }, protocols, fast = false, inject }) => ({
    name,
    fast,
    ...(protocols && { protocols }),
    async play(bench) {
      const viewing = await bench.open(opening);
      await viewing.plays(2);
      await inject(bench, viewing);
      await viewing.stands(1500);
      await bench.origin.heal();
      await viewing.plays(1.5);
      const left = await viewing.leave();
      if (freezes(left.sight).length === 0) throw new Error('the picture never stood');
      return compareStalls(left, cause);
    },
  }),
);
