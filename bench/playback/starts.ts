import type { Sdk } from '../stage/sdks.ts';
import type { Stage } from '../stage/stage.ts';
import { open } from '../stage/viewing.ts';

/** First frames of one round, in ms from the navigation on; `again` is a second page without an SDK: what two equal pages differ by. */
export type Start = Readonly<Record<Sdk | 'again', number>>;

/** Starts only, in turn: what an SDK adds to the first frame is small beside what two starts differ by, so many are needed. */
export async function starts(stage: Stage, sdks: readonly Sdk[], rounds: number): Promise<readonly Start[]> {
  const all: Start[] = [];
  for (let round = 0; round < rounds; round++) {
    const turns = [...sdks.map((sdk) => [sdk, sdk] as const), ['again', 'none'] as const];
    const took: [string, number][] = [];
    for (const i of turns.keys()) {
      const [name, sdk] = turns[(i + round) % turns.length] as (typeof turns)[number];
      took.push([name, await stage.browse(async (browser) => open(await browser.newPage(), stage.pageUrl(sdk)))]);
    }
    all.push(Object.fromEntries(took) as Start);
  }
  await stage.taken();
  return all;
}
