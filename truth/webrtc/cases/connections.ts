import type { Case, Compared } from '../../case.ts';
import type { RtcBench } from '../bench.ts';
import type { Tab } from '../browsers.ts';
import { inStates, setupMs } from '../sight.ts';
import type { Watching } from '../viewing.ts';

type Life = {
  readonly name: string;
  readonly fast?: Case['fast'];
  readonly browsers?: Case['browsers'];
  /** Until when it lived, on the page's clock. */
  live(viewing: Watching, bench: RtcBench): Promise<number>;
  readonly endedBy: string;
};

/** The browser's own network loses everything, or nothing. Only sockets that are made after its first word hear the others. */
async function loseAll({ command }: Tab, cut: boolean): Promise<void> {
  await command('Network.enable');
  // Without any delay it would be no emulation.
  const line = { offline: false, latency: 1, downloadThroughput: -1, uploadThroughput: -1 };
  await command('Network.emulateNetworkConditions', { ...line, packetLoss: cut ? 100 : 0 });
}

/** The page closes it, and nothing tells so. */
const closes = ({ tab }: Watching) =>
  tab.evaluate(() => {
    window.pc.close();
    return performance.now();
  });

/** The last time that it was told to have failed. */
const failedAt = async ({ sight }: Watching) =>
  (await sight()).states.filter(({ state }) => state === 'failed').at(-1)?.at ?? Number.NaN;

const lives: readonly Life[] = [
  {
    name: 'closed by the page after five seconds',
    fast: 'chromium',
    endedBy: 'closed',
    async live(viewing) {
      await viewing.paints(100);
      return closes(viewing);
    },
  },
  {
    name: 'detached',
    endedBy: 'detach',
    async live(viewing) {
      await viewing.paints(60);
      return viewing.tab.evaluate(async () => {
        const at = performance.now();
        await window.view.detach();
        return at;
      });
    },
  },
  {
    name: 'SFU killed, and closed long after it had failed',
    endedBy: 'failed',
    async live(viewing) {
      await viewing.paints(40);
      await viewing.fault({ effect: 'kill' });
      await viewing.reaches('failed');
      const failed = await failedAt(viewing);
      await closes(viewing);
      return failed;
    },
  },
  {
    name: 'network gone for a while, and back',
    browsers: ['chromium'],
    endedBy: 'closed',
    async live(viewing) {
      await viewing.paints(40);
      await loseAll(viewing.tab, true);
      await viewing.reaches('disconnected');
      await loseAll(viewing.tab, false);
      await viewing.reaches('connected');
      await viewing.paints(20);
      return closes(viewing);
    },
  },
  {
    name: 'network gone for good',
    browsers: ['chromium'],
    endedBy: 'failed',
    async live(viewing) {
      await viewing.paints(40);
      await loseAll(viewing.tab, true);
      await viewing.reaches('failed');
      const failed = await failedAt(viewing);
      await closes(viewing);
      return failed;
    },
  },
];

async function compareLife(viewing: Watching, until: number, endedBy: string): Promise<Compared[]> {
  const sight = await viewing.sight();
  await viewing.leave();
  const last = (await viewing.spans()).filter(({ name }) => name === 'webrtc.connection').at(-1)?.attributes ?? {};
  const times = inStates(sight, until);
  const connectedAt = sight.states.find(({ state }) => state === 'connected')?.at ?? Number.NaN;
  const ms = async (name: string) => (await viewing.told(name)) * 1000;
  return [
    {
      figure: 'connectionSetup',
      expected: setupMs(sight),
      received: await ms('webrtc_connection_setup_duration_seconds_sum'),
    },
    {
      figure: 'connectionDuration',
      expected: until - connectedAt,
      received: await ms('webrtc_connection_duration_seconds_sum'),
    },
    {
      figure: 'connectionEnd',
      case: 'told once',
      expected: 1,
      received: await viewing.told('webrtc_connection_duration_seconds_count'),
    },
    { figure: 'connectionEnd', expected: endedBy, received: String(last['connection.ended_by']) },
    ...Object.entries(times)
      // What follows a failure is nobody's connection.
      .filter(([state]) => state !== 'failed')
      .map(([state, expected]): Compared => {
        const told = last[`connection.${state}_s`];
        return {
          figure: 'connectionStates',
          case: state,
          expected,
          received: typeof told === 'number' ? told * 1000 : expected < 1 ? 0 : null,
        };
      }),
  ];
}

/** Connections from their making to their end. */
export const connections: readonly Case<RtcBench>[] = lives.map(({ name, fast = false, browsers, live, endedBy }) => ({
  name,
  fast,
  ...(browsers && { browsers }),
  async play(bench) {
    const viewing = await bench.watch({ before: async (tab) => browsers && loseAll(tab, false) });
    const until = await live(viewing, bench);
    return compareLife(viewing, until, endedBy);
  },
}));
