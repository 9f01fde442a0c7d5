import type { Case } from '../case.ts';
import { seeks as seeksOf } from '../sight.ts';

// By how many seconds, and how slow the origin is meanwhile.
const jumps: readonly {
  readonly name: string;
  readonly by: readonly number[];
  readonly delayMs?: number;
  readonly fast?: boolean;
}[] = [
  { name: 'forward and back in the buffer', by: [1.5, -1, 1.2, -1.3] },
  { name: 'out of the buffer and on', by: [-8, 3, -5], fast: true },
  { name: 'out of the buffer, at a slow origin', by: [-8, -4], delayMs: 900 },
];

const mostApartMs = 300;

/** Jumps of the viewer, from the wish to the first frame of the new place. */
export const seeks: readonly Case[] = jumps.map(({ name, by, delayMs, fast = false }) => ({
  name,
  fast,
  async play({ origin, open }) {
    const viewing = await open();
    await viewing.plays(3);
    if (delayMs) await origin.fault({ match: '.m4s', effect: 'delay', value: delayMs });
    for (const seconds of by) {
      await viewing.jump(seconds);
      await viewing.until(({ state }) => state === 'playing');
      await viewing.plays(1);
    }
    const { sight, spans } = await viewing.leave();
    const told = spans.filter(({ name }) => name === 'livestream.player.seek');
    const seen = seeksOf(sight).slice(-by.length);
    return seen.map(({ from, ms }, index) => {
      const span = told.find(({ startedAt }) => Math.abs(startedAt - sight.timeOrigin - from) < mostApartMs);
      return { figure: 'seek', case: `${by[index]} s`, expected: ms, received: span?.durationMs ?? null };
    });
  },
}));
