import { startOrigin } from '../../demo/origin.ts';
import type { Table } from '../result.ts';
import type { Sdk } from '../stage/sdks.ts';
import { sdkNames } from '../stage/sdks.ts';
import type { Sent, Traffic } from '../stage/sent.ts';
import { mixed, steadyMinute, traffic } from '../stage/sent.ts';
import type { PageOptions, Stage } from '../stage/stage.ts';
import { open } from '../stage/viewing.ts';

/** From here on a viewing is in its steady state: the player's buffer is full, and Playscope's first reports are out. */
export const steadyAfterMs = 20_000;

/** What is sent of a viewing in its first minute, and in a minute later on. */
export type Wire = { readonly what: string; readonly first: Traffic; readonly steady: Traffic };

type Viewer = PageOptions & { readonly sdk: Sdk; readonly prefix: string };

/** Of viewings that are not sampled, which send metrics alone, there are nine for one that is. */
const sampledShare = 0.1;

const streams = [
  { name: 'vod', what: 'segments of 4 s with sound and picture' },
  { name: 'live', what: 'live, segments of 2 s, sound apart: 60 segments and 60 playlists a minute' },
] as const;
const peers = ['mux', 'faro'] as const;

/**
 * What Playscope sends, of two streams, with every session traced and with a tenth of them, and what its peers send of the first
 * stream. Bytes do not depend on what else the machine does, so all play at once.
 *
 * @param seconds of the steady state. Playscope's spans go once a minute, so that whole minutes are right.
 */
export async function wires(stage: Stage, seconds: number): Promise<readonly Wire[]> {
  const origin = await startOrigin({ port: 0 });
  const sources = { vod: {}, live: { source: `${origin.url}/live/master.m3u8` } };
  const viewers: readonly Viewer[] = [
    ...streams.flatMap(({ name }) =>
      ['1', '0'].map((ratio) => ({ sdk: 'playscope', ratio, prefix: `/${name}-${ratio}`, ...sources[name] }) as const),
    ),
    // mux-embed is given a host, and sends to the root of it.
    ...peers.map((sdk) => ({ sdk, prefix: sdk === 'mux' ? '' : `/${sdk}` })),
  ];
  try {
    const found = await play(stage, viewers, seconds);
    const of = (prefix: string) => found.get(prefix) as Omit<Wire, 'what'>;
    const own = streams.flatMap(({ name, what }) => {
      const [traced, silent] = [of(`/${name}-1`), of(`/${name}-0`)];
      const tenth = {
        first: mixed(sampledShare, traced.first, silent.first),
        steady: mixed(sampledShare, traced.steady, silent.steady),
      };
      return [
        { what: `Playscope, ${what}; every session traced`, ...traced },
        { what: `the same; a tenth of the sessions`, ...tenth },
      ];
    });
    return [...own, { what: sdkNames.mux, ...of('') }, { what: sdkNames.faro, ...of('/faro') }];
  } finally {
    await origin.close();
  }
}

/** A table of each of the two minutes. */
export function wireTables(wires: readonly Wire[]): readonly Table[] {
  return (['steady', 'first'] as const).map((minute) => ({
    title: minute === 'steady' ? 'Sent in a viewer-minute, steady' : 'Sent in the first minute',
    heads: ['', 'requests', 'preflights', 'bodies, KB', 'would gzip to, KB', 'headers, KB'],
    rows: wires.map(({ what, [minute]: sent }) => [
      what,
      sent.requests,
      sent.preflights,
      sent.bodyBytes / 1000,
      sent.gzipBytes / 1000,
      sent.headerBytes / 1000,
    ]),
  }));
}

async function play(stage: Stage, viewers: readonly Viewer[], seconds: number) {
  return stage.browse(async (browser) => {
    await stage.taken();
    const began = await Promise.all(
      viewers.map(async ({ sdk, ...more }) => {
        // A window of its own, so that none is hidden behind another.
        const page = await (await browser.newContext()).newPage();
        const openedAt = Date.now();
        await open(page, stage.pageUrl(sdk, more));
        return { prefix: more.prefix, openedAt, playedAt: Date.now() };
      }),
    );
    await new Promise((done) => setTimeout(done, steadyAfterMs + seconds * 1000));
    const sent = await stage.taken();
    const isOf = (prefix: string, { path }: Sent) => prefix !== '' && path.startsWith(`${prefix}/`);
    return new Map(
      began.map(({ prefix, openedAt, playedAt }) => {
        const own = sent.filter((each) =>
          prefix ? isOf(prefix, each) : !viewers.some(({ prefix }) => isOf(prefix, each)),
        );
        const first = traffic(own.filter(({ arrivedAt }) => arrivedAt < openedAt + 60_000));
        return [prefix, { first, steady: steadyMinute(own, playedAt + steadyAfterMs) }] as const;
      }),
    );
  });
}
