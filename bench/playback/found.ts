import { median } from '../quantile.ts';
import type { Found } from '../result.ts';
import type { Sdk } from '../stage/sdks.ts';
import { playerName, sdkNames } from '../stage/sdks.ts';
import type { Viewing } from '../stage/viewing.ts';
import type { Start } from './starts.ts';
import type { Timers } from './timers.ts';
import type { Wire } from './wire.ts';
import { wireTables } from './wire.ts';

type Measured = {
  readonly browser: string;
  readonly seconds: number;
  /** Each round has each SDK once. */
  readonly rounds: readonly (readonly Viewing[])[];
  readonly wires: readonly Wire[];
  readonly starts: readonly Start[];
  readonly timers: readonly Timers[];
};

const watching = ['playscope', 'mux', 'faro'] as const satisfies readonly Sdk[];

/** Tables and goals of what was measured. */
export function foundOf({ browser, seconds, rounds, wires, starts, timers }: Measured): Found {
  const of = (sdk: Sdk) => rounds.map((round) => round.find((each) => each.sdk === sdk) as Viewing);
  /** What the SDK adds to its round's playback without one, the median of the rounds. */
  const added = (sdk: Sdk, figure: (viewing: Viewing) => number) =>
    median(of(sdk).map((viewing, round) => figure(viewing) - figure(of('none')[round] as Viewing)));
  const script = (sdk: Sdk) => added(sdk, ({ scriptMs }) => scriptMs);
  const later = (sdk: Sdk) => median(starts.map((start) => start[sdk] - start.none));
  const equal = median(starts.map(({ none, again }) => Math.abs(again - none)));
  const [traced, tenth] = wires as readonly [Wire, Wire, ...Wire[]];
  const own = timers.find(({ sdk }) => sdk === 'playscope') as Timers;
  const alone = (figure: (viewing: Viewing) => number) => median(of('none').map(figure));
  return {
    title: 'Playback',
    method: `${playerName} plays the demo's loop on demand (segments of 4 s, sound and picture in one) for ${seconds} s in ${browser}, headless,
${rounds.length} times each, interleaved: no SDK, ${watching.map((sdk) => sdkNames[sdk]).join(', ')}. Each is loaded by script tags as published, and begun as its documentation says.
What is sent was counted apart, of viewings of two minutes and more that all played at once. Site and stream come from one process; what is sent goes to another origin of it, which answers as their collectors do. The
\`traceparent\` that Playscope and Faro put on the requests of the player, 70 bytes on each, is not in what they send. Headers are
as HTTP/1.1 writes them.
Main-thread times are CPU time from the first frame on (CDP \`Performance.getMetrics\`), the heap is what is left after collections.
Differences are to the playback without an SDK of the same round, the median of the rounds.
First frames are ${starts.length} rounds of starts alone, from the navigation on, script and all; two pages without an SDK differ by ${equal.toFixed(0)} ms in the median.`,
    goals: [
      {
        what: 'script time over none, of that of mux-embed',
        unit: '%',
        limit: 10,
        found: (script('playscope') / script('mux')) * 100,
      },
      { what: 'requests a viewer-minute, every segment traced', unit: '', limit: 6, found: traced.steady.requests },
      {
        what: 'bodies a viewer-minute, every segment traced',
        unit: 'KB',
        limit: 5,
        found: traced.steady.bodyBytes / 1000,
        digits: 2,
      },
      {
        what: 'bodies a viewer-minute, a tenth of the sessions traced',
        unit: 'KB',
        limit: 2.5,
        found: tenth.steady.bodyBytes / 1000,
        digits: 2,
      },
      {
        what: 'first frame later than without, beside what two equal pages differ by',
        unit: 'ms',
        limit: Math.round(equal),
        found: later('playscope'),
      },
      {
        what: 'heap over none',
        unit: 'MB',
        limit: 0.5,
        found: added('playscope', ({ heapBytes }) => heapBytes) / 1e6,
        digits: 2,
      },
      {
        what: 'shortest period of a timer while playing',
        unit: 'ms',
        limit: 1000,
        // A timer is a little late or early.
        found: Math.round(own.playing.shortestMs / 10) * 10,
        atLeast: true,
        digits: 0,
      },
      { what: 'timers a second while a stall is watched', unit: '', limit: 4, found: own.stalled.timersPerSec },
    ],
    tables: [
      {
        title: `Main thread and heap over ${seconds} s`,
        heads: ['', 'task ms', 'script ms', 'heap MB', 'script of mux-embed'],
        rows: [
          [
            'the player alone',
            alone(({ taskMs }) => taskMs),
            alone(({ scriptMs }) => scriptMs),
            alone(({ heapBytes }) => heapBytes) / 1e6,
            '',
          ],
          ...watching.map(
            (sdk) =>
              [
                `+ ${sdkNames[sdk]}`,
                added(sdk, ({ taskMs }) => taskMs),
                script(sdk),
                added(sdk, ({ heapBytes }) => heapBytes) / 1e6,
                `${((script(sdk) / script('mux')) * 100).toFixed(0)} %`,
              ] as const,
          ),
        ],
      },
      ...wireTables(wires),
      {
        title: 'First frame',
        heads: ['', 'ms', 'later than without, ms'],
        rows: [
          ['no SDK', median(starts.map(({ none }) => none)), ''],
          ...watching.map((sdk) => [sdkNames[sdk], median(starts.map((start) => start[sdk])), later(sdk)] as const),
        ],
      },
      {
        title: 'Timers of the SDKs',
        heads: [
          '',
          'a second, playing',
          'shortest period, ms',
          'a second, in a stall',
          'shortest period, ms',
          'frames a second, playing / in a stall',
        ],
        rows: timers.map(({ sdk, playing, stalled }) => [
          sdkNames[sdk],
          playing.timersPerSec,
          period(playing.shortestMs),
          stalled.timersPerSec,
          period(stalled.shortestMs),
          `${playing.framesPerSec.toFixed(1)} / ${stalled.framesPerSec.toFixed(1)}`,
        ]),
      },
    ],
  };
}

const period = (ms: number) => (Number.isFinite(ms) ? ms : 'none');
