import { startOrigin } from '../../demo/origin.ts';
import type { Table } from '../result.ts';
import { sdkNames } from '../stage/sdks.ts';
import { mixed } from '../stage/sent.ts';
import type { Stage } from '../stage/stage.ts';
import type { Minutes, Viewer } from '../stage/wire.ts';
import { minutesOf } from '../stage/wire.ts';

export type Wire = Minutes & { readonly what: string };

/** Of viewings that are not sampled, which send metrics alone, there are nine for one that is. */
const sampledShare = 0.1;

const streams = [
  { name: 'vod', what: 'segments of 4 s with sound and picture' },
  { name: 'live', what: 'live, segments of 2 s, sound apart: 60 segments and 60 playlists a minute' },
] as const;
const peers = ['mux', 'faro'] as const;

/**
 * What Playscope sends, of two streams, with every session traced and with a tenth of them, and what its peers send of the first
 * stream.
 *
 * @param seconds of the steady state, as for `minutesOf`.
 */
export async function wires(stage: Stage, seconds: number): Promise<readonly Wire[]> {
  const origin = await startOrigin({ port: 0 });
  const sources = { vod: {}, live: { source: `${origin.url}/live/master.m3u8` } };
  const viewers: readonly Viewer[] = [
    ...streams.flatMap(({ name }) =>
      ['1', '0'].map((ratio) => ({ sdk: 'playscope', ratio, prefix: `/${name}-${ratio}`, ...sources[name] }) as const),
    ),
    ...peers.map((sdk) => ({ sdk, prefix: sdk === 'mux' ? '' : `/${sdk}` })),
  ];
  try {
    const found = await minutesOf(stage, viewers, seconds);
    const of = (prefix: string) => found.get(prefix) as Minutes;
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
