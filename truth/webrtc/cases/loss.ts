import type { Case, Compared } from '../../case.ts';
import type { RtcBench } from '../bench.ts';
import { compareFeedback } from '../feedback.ts';
import type { Watching } from '../viewing.ts';

const shares = [0.01, 0.025, 0.05, 0.2];
const intervals = 4;

type Seen = {
  /** Of the picture that is received, as the snapshot has it. */
  readonly packets: number;
  readonly lossRatio: number | null;
  /** What the SFU had handed to the leg and dropped of it in the moment in which the snapshot changed. */
  readonly handed: number;
  readonly dropped: number;
};

/** Waits in the page for the SDK's next look at the browser's counters, and asks the SFU for its own at once. */
function nextInterval({ tab, session }: Watching, url: string): Promise<Seen> {
  return tab.evaluate(
    async ([sessions, id]) => {
      const received = () =>
        window.view
          .snapshot()
          .webrtc?.streams.find(({ direction, kind }) => direction === 'received' && kind === 'video');
      const before = received()?.packets;
      while (received()?.packets === before) await new Promise((turn) => setTimeout(turn, 10));
      const answer = await (await fetch(sessions)).json();
      const legs: import('../../../e2e/sfu.ts').SfuSession[] = Array.isArray(answer) ? answer : answer.sessions;
      const { packets: handed = 0, dropped = 0 } = legs.find((leg) => leg.id === id)?.kinds.video ?? {};
      const { packets = 0, lossRatio = null } = received() ?? {};
      return { packets, lossRatio, handed, dropped };
    },
    [`${url}/sessions`, session] as const,
  );
}

/** Packets that the SFU drops: the loss of each interval, and what the viewer asked for again. */
export const loss: readonly Case<RtcBench>[] = shares.map((share) => ({
  name: `${share * 100} % of the packets lost`,
  fast: share === 0.05,
  async play({ sfu, watch, hush }) {
    const viewing = await watch();
    await viewing.paints(40);
    await viewing.fault({ effect: 'loss', value: share, seed: 1 });
    // The first one after the fault is partly from before it.
    await nextInterval(viewing, sfu.url);
    let before = await nextInterval(viewing, sfu.url);
    const compared: Compared[] = [];
    for (let interval = 0; interval < intervals; interval++) {
      const now = await nextInterval(viewing, sfu.url);
      compared.push({
        figure: 'packetLoss',
        expected: ((now.dropped - before.dropped) / (now.handed - before.handed)) * 100,
        received: now.lossRatio === null ? null : now.lossRatio * 100,
      });
      before = now;
    }
    await hush(true);
    await viewing.settles();
    const leg = await viewing.leg();
    await viewing.leave();
    await hush(false);
    const [lost, received] = await Promise.all(
      ['webrtc_rtp_packets_lost_total', 'webrtc_rtp_packets_received_total'].map((name) =>
        viewing.told(name, { media_kind: 'video' }),
      ),
    );
    const { packets, dropped } = leg.kinds.video;
    return [
      ...compared,
      {
        figure: 'packetLoss',
        case: 'as it arrived at the collector',
        expected: (dropped / packets) * 100,
        received: lost !== undefined && received ? (lost / (lost + received)) * 100 : null,
      },
      ...(await compareFeedback(viewing, leg)),
    ];
  },
}));
