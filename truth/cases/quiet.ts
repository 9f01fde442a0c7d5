import type { Case } from '../case.ts';
import { pageActs } from './quiet/acts-of-pages.ts';
import { viewerActs } from './quiet/acts-of-viewers.ts';

/** What looks like a stall and is none. */
export const quiet: readonly Case[] = [...viewerActs, ...pageActs].map((each) => ({
  name: each.name,
  fast: each.fast ?? false,
  async play(bench) {
    const viewing = await bench.open(each.opening);
    if (!each.refused) await viewing.plays(3);
    await each.act(viewing, bench);
    const { state } = await viewing.snapshot();
    if (state !== 'ended') await viewing.plays(1.5);
    const { spans } = await viewing.leave();
    const stalls = spans.filter(({ name }) => name === 'livestream.player.stall');
    return [{ figure: 'noStall', expected: each.stalls ?? 0, received: stalls.length }];
  },
}));
