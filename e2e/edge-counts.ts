import { expect } from '@playwright/test';
import type { Player } from './player.ts';
import type { Stage } from './stage.ts';

/**
 * Waits until every request that arrived at the edge is counted, and sees that none is counted twice or has failed.
 * The question needs an instant in which no request is under way.
 */
export async function countsWhatTheEdgeSaw(player: Player, { edge, protocol }: Stage): Promise<void> {
  await expect
    .poll(
      async () => {
        const { count, aborted, failed } = (await player.snapshot()).requests;
        const arrived = edge.asked().filter(({ path }) => !protocol.unwatched.includes(path)).length;
        // What was aborted may have left the page or not.
        return { failed, uncounted: Math.max(0, arrived - count), twice: Math.max(0, count - aborted - arrived) };
      },
      { timeout: 20_000, intervals: [50] },
    )
    .toEqual({ failed: 0, uncounted: 0, twice: 0 });
}
