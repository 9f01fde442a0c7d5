import { startOrigin } from '../../demo/origin.ts';
import type { Traffic } from '../stage/sent.ts';
import { mixed, steadyMinute, traffic } from '../stage/sent.ts';
import type { PageOptions, Stage } from '../stage/stage.ts';
import { open } from '../stage/viewing.ts';

/** From here on a viewing is in its steady state: the player's buffer is full. */
export const steadyAfterMs = 10_000;

/** What Playscope sends of a viewing in its first minute, and in a minute later on. */
export type Wire = { readonly what: string; readonly first: Traffic; readonly steady: Traffic };

/** Of viewings that are not sampled, which send metrics alone, there are nine for one that is. */
const sampledShare = 0.1;

const streams = [
  { name: 'vod', what: 'segments of 4 s with sound and picture' },
  { name: 'live', what: 'live, segments of 2 s, sound apart: 60 segments and 60 playlists a minute' },
] as const;

/**
 * What Playscope sends, of two streams, with every session traced and with a tenth of them. Bytes do not depend on what else
 * the machine does, so all viewings play at once.
 */
export async function wires(stage: Stage, seconds: number): Promise<readonly Wire[]> {
  const origin = await startOrigin({ port: 0 });
  const sources = { vod: {}, live: { source: `${origin.url}/live/master.m3u8` } };
  const viewings = streams.flatMap(({ name }) =>
    ['1', '0'].map((ratio) => ({ name, ratio, prefix: `/${name}-${ratio}`, ...sources[name] })),
  );
  try {
    const found = await play(stage, viewings, seconds);
    const of = (prefix: string) => found.get(prefix) as Omit<Wire, 'what'>;
    return streams.flatMap(({ name, what }) => {
      const [traced, silent] = [of(`/${name}-1`), of(`/${name}-0`)];
      const tenth = {
        first: mixed(sampledShare, traced.first, silent.first),
        steady: mixed(sampledShare, traced.steady, silent.steady),
      };
      return [
        { what: `${what}; every session traced`, ...traced },
        { what: `${what}; a tenth of the sessions`, ...tenth },
      ];
    });
  } finally {
    await origin.close();
  }
}

async function play(stage: Stage, viewings: readonly (PageOptions & { prefix: string })[], seconds: number) {
  return stage.browse(async (browser) => {
    await stage.taken();
    const began = await Promise.all(
      viewings.map(async ({ prefix, ...more }) => {
        // A window of its own, so that none is hidden behind another.
        const page = await (await browser.newContext()).newPage();
        const openedAt = Date.now();
        await open(page, stage.pageUrl('playscope', { prefix, ...more }));
        return { prefix, openedAt, playedAt: Date.now() };
      }),
    );
    await new Promise((done) => setTimeout(done, steadyAfterMs + seconds * 1000));
    const sent = await stage.taken();
    return new Map(
      began.map(({ prefix, openedAt, playedAt }) => {
        const own = sent.filter(({ path }) => path.startsWith(`${prefix}/`));
        const first = traffic(own.filter(({ arrivedAt }) => arrivedAt < openedAt + 60_000));
        return [prefix, { first, steady: steadyMinute(own, playedAt + steadyAfterMs) }] as const;
      }),
    );
  });
}
