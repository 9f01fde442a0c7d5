import type { Case, Compared } from '../../case.ts';
import { problemsOf } from '../../page/invariants.ts';
import type { RtcBench } from '../bench.ts';
import type { Passed } from '../page/follow.ts';
import type { Connected } from '../viewing.ts';

type Change = {
  readonly name: string;
  readonly fast?: Case['fast'];
  act(connected: Connected): Promise<unknown>;
  readonly iceRestarts?: number;
};

const kinds = ['audio', 'video'] as const;

const ways: readonly Change[] = [
  { name: 'ICE restart', iceRestarts: 1, act: ({ tab }) => tab.evaluate(() => window.pair.restartIce()) },
  {
    name: 'renegotiation: the picture stops for a while, and once more',
    // Where it begins the counters anew.
    fast: 'firefox',
    async act({ tab, paints }) {
      for (let time = 0; time < 2; time++) {
        await tab.evaluate(() => window.pair.direct('inactive'));
        await tab.evaluate(() => new Promise((done) => setTimeout(done, 1500)));
        await tab.evaluate(() => window.pair.direct('sendonly'));
        await paints(40);
      }
    },
  },
  { name: 'replaceTrack', act: ({ tab }) => tab.evaluate(() => window.pair.replaceTrack()) },
  {
    name: 'codec switch and back',
    async act({ tab, paints }) {
      await tab.evaluate(() => window.pair.switchCodec('VP9'));
      await paints(60);
      await tab.evaluate(() => window.pair.switchCodec('VP8'));
    },
  },
  {
    name: 'transceiver of the picture stopped',
    async act({ tab }) {
      await tab.evaluate(() => window.pair.stop());
    },
  },
];

/** What no two snapshots may say of a viewing, looked for again and again until it is stopped. */
function looksForProblems({ snapshot }: Connected): () => Promise<readonly string[]> {
  const problems: string[] = [];
  let isOver = false;
  const looking = (async () => {
    let before = await snapshot();
    while (!isOver) {
      const now = await snapshot();
      problems.push(...problemsOf(now, before));
      before = now;
    }
  })();
  return async () => {
    isOver = true;
    await looking;
    return problems;
  };
}

/** What arrived, held against what passed: a Firefox forgets what came after the SDK's last look and before it counts anew. */
function comparePackets(kind: string, told: number, { packets, forgotten }: Passed): Compared {
  const expected = Math.min(Math.max(told, packets - forgotten), packets);
  return { figure: 'accounts', case: `packets of ${kind}`, expected, received: told };
}

/** A connection that is changed while it lasts: it stays one connection, and each packet counts once. */
export const changes: readonly Case<RtcBench>[] = ways.map(({ name, fast = false, act, iceRestarts = 0 }) => ({
  name,
  fast,
  async play({ pair }) {
    const connected = await pair();
    const { tab, paints, told } = connected;
    await paints(40);
    const stopLooking = looksForProblems(connected);
    await act(connected);
    const { stopped } = await tab.evaluate(() => ({ stopped: window.pair.isStopped() }));
    if (!stopped) await paints(40);
    await tab.evaluate(() => window.pair.silence());
    await connected.settles();
    const problems = await stopLooking();
    const { webrtc, stalls } = await connected.snapshot();
    const passed = await tab.evaluate(() => window.passed());
    await tab.evaluate(() => window.pc.close());
    await connected.leave();
    const packets = kinds.map(async (kind) =>
      comparePackets(kind, await told('webrtc_rtp_packets_received_total', { media_kind: kind }), passed[kind]),
    );
    const spans = (await connected.spans()).filter(({ attributes }) => attributes['connection.final'] === true);
    return [
      { figure: 'accounts', case: 'what fell', expected: '', received: problems.join(', ') },
      { figure: 'accounts', case: 'ICE restarts', expected: iceRestarts, received: webrtc?.iceRestarts ?? null },
      { figure: 'accounts', case: 'disconnects', expected: 0, received: webrtc?.disconnects ?? null },
      ...(await Promise.all(packets)),
      { figure: 'noStall', expected: 0, received: stalls.count },
      { figure: 'connectionEnd', case: 'told once', expected: 1, received: spans.length },
      {
        figure: 'connectionEnd',
        expected: 'closed',
        received: String(spans[0]?.attributes['connection.ended_by']),
      },
    ];
  },
}));
