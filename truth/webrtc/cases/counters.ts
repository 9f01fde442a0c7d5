import { setTimeout as wait } from 'node:timers/promises';
import type { Case, Compared } from '../../case.ts';
import type { RtcBench } from '../bench.ts';
import { compareFeedback } from '../feedback.ts';
import type { Report } from '../sight.ts';
import { total } from '../sight.ts';

type Counter = readonly [
  metric: string,
  count: (reports: readonly Report[], kind: 'audio' | 'video') => number | undefined,
];

// Chromium counts a retransmission among what it received, which webrtc.rtp.packets.received does not.
const received: Counter[1] = (reports, kind) => {
  const all = total(reports, 'packetsReceived', kind);
  return all === undefined ? undefined : all - (total(reports, 'retransmittedPacketsReceived', kind) ?? 0);
};
const sum =
  (...names: readonly string[]): Counter[1] =>
  (reports, kind) => {
    const values = names.flatMap((name) => total(reports, name, kind) ?? []);
    return values.length > 0 ? values.reduce((all, value) => all + value, 0) : undefined;
  };

const counted: readonly Counter[] = [
  ['webrtc_rtp_packets_received_total', received],
  ['webrtc_rtp_packets_lost_total', sum('packetsLost')],
  ['webrtc_nack_count_total', sum('nackCount')],
  ['webrtc_pli_count_total', sum('pliCount')],
  ['webrtc_fir_count_total', sum('firCount')],
  ['webrtc_freeze_count_total', sum('freezeCount', 'pauseCount')],
];

/** What arrived at the collector, held against the browser's own last counters. */
export async function compareCounters(
  told: (name: string, labels: Record<string, string>) => Promise<number>,
  reports: readonly Report[],
): Promise<Compared[]> {
  const compared = (['audio', 'video'] as const).flatMap((kind) =>
    counted.map(async ([name, count]): Promise<Compared[]> => {
      const expected = count(reports, kind);
      if (expected === undefined) return [];
      const part = `${kind} ${name}`;
      return [{ figure: 'counters', case: part, expected, received: await told(name, { media_kind: kind }) }];
    }),
  );
  return (await Promise.all(compared)).flat();
}

/** A long connection with loss and freezes in it: nothing is counted twice and nothing is missing. */
export const counters: readonly Case<RtcBench>[] = [20, 600].map((seconds) => ({
  name: `${seconds} s of loss and freezes`,
  ...(seconds === 20 && { fast: 'chromium' as const }),
  async play({ watch, hush }) {
    const viewing = await watch();
    await viewing.paints(20);
    await viewing.fault({ effect: 'loss', value: 0.03, seed: 2 });
    await wait((seconds * 1000) / 2);
    await viewing.fault({ effect: 'freeze', durationMs: 1000 });
    await wait((seconds * 1000) / 2);
    await hush(true);
    const reports = await viewing.settles();
    const leg = await viewing.leg();
    await viewing.leave();
    await hush(false);
    return [...(await compareCounters(viewing.told, reports)), ...(await compareFeedback(viewing, leg))];
  },
}));
