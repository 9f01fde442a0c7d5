import { median } from '../quantile.ts';
import type { Found } from '../result.ts';
import type { Sdk } from '../stage/sdks.ts';
import { sdkNames } from '../stage/sdks.ts';
import type { Traffic } from '../stage/sent.ts';
import type { Viewing } from '../stage/viewing.ts';
import type { Minutes } from '../stage/wire.ts';

type Measured = {
  readonly browser: string;
  readonly seconds: number;
  /** Each round has each SDK once. */
  readonly rounds: readonly (readonly Viewing[])[];
  /** By the prefixes of the viewings. */
  readonly sent: ReadonlyMap<string, Minutes>;
};

export const watching = ['playscope', 'peermetrics', 'rtcstats'] as const satisfies readonly Sdk[];

/** Tables and goals of what was measured. */
export function foundOf({ browser, seconds, rounds, sent: all }: Measured): Found {
  const minutes = seconds / 60;
  const of = (sdk: Sdk) => rounds.map((round) => round.find((each) => each.sdk === sdk) as Viewing);
  const alone = (figure: (viewing: Viewing) => number) => median(of('none').map(figure));
  const added = (sdk: Sdk, figure: (viewing: Viewing) => number) =>
    median(of(sdk).map((viewing, round) => figure(viewing) - figure(of('none')[round] as Viewing)));
  const script = (sdk: Sdk) => added(sdk, ({ scriptMs }) => scriptMs) / minutes;
  const sent = (sdk: Sdk) => all.get(`/${sdk}`)?.steady as Traffic;
  const leanest = Math.min(script('peermetrics'), script('rtcstats'));
  const own = sent('playscope');
  return {
    title: 'WebRTC',
    method: `A viewer of the demo's SFU by WHEP, picture and sound, for ${seconds} s in ${browser}, headless, ${rounds.length} times each,
interleaved: no SDK, ${watching.map((sdk) => sdkNames[sdk]).join(', ')}. The publisher has a browser of its own. Main-thread times are CPU
time from the first frame on (CDP \`Performance.getMetrics\`); differences are to the viewing without an SDK of the same round, the median of the
rounds. What is sent was counted apart, of viewings of two minutes and more that all played at once. The peers hand figures to the page each second and send nothing themselves: the page posts what they hand over as JSON each 10 s.
rtcstats asks Chromium by a callback that is no more, so it is told that it runs in Safari, where it asks by promises.`,
    goals: [
      {
        what: "WebRTC: script time over none, of the leaner peer's",
        unit: '%',
        limit: 100,
        found: (script('playscope') / leanest) * 100,
        digits: 0,
      },
      { what: 'WebRTC: requests a viewer-minute', unit: '', limit: 6, found: own.requests },
      { what: 'WebRTC: bodies a viewer-minute', unit: 'KB', limit: 5, found: own.bodyBytes / 1000, digits: 2 },
    ],
    tables: [
      {
        title: 'Main thread, in a minute',
        heads: ['', 'task ms', 'script ms', 'heap MB', 'getStats calls'],
        rows: [
          [
            'the connection alone',
            alone(({ taskMs }) => taskMs) / minutes,
            alone(({ scriptMs }) => scriptMs) / minutes,
            alone(({ heapBytes }) => heapBytes) / 1e6,
            alone(({ getStats }) => getStats) / minutes,
          ],
          ...watching.map(
            (sdk) =>
              [
                `+ ${sdkNames[sdk]}`,
                added(sdk, ({ taskMs }) => taskMs) / minutes,
                script(sdk),
                added(sdk, ({ heapBytes }) => heapBytes) / 1e6,
                added(sdk, ({ getStats }) => getStats) / minutes,
              ] as const,
          ),
        ],
      },
      {
        title: 'Sent in a minute, steady',
        heads: ['', 'requests', 'bodies, KB', 'would gzip to, KB', 'headers, KB'],
        rows: watching.map((sdk) => {
          const { requests, bodyBytes, gzipBytes, headerBytes } = sent(sdk);
          return [sdkNames[sdk], requests, bodyBytes / 1000, gzipBytes / 1000, headerBytes / 1000] as const;
        }),
      },
    ],
  };
}
