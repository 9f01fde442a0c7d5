/** Many simulated players that come within some seconds, and what they have measured in all. */
import { setTimeout as wait } from 'node:timers/promises';
import type { PlayerMetricName } from '../src/core/signals.ts';
import { playerMetrics } from '../src/core/signals.ts';
import { randomFrom } from '../src/core/test-random.ts';
import type { Place, Player } from './player.ts';
import { player } from './player.ts';

export type Crowd = {
  readonly present: readonly Place[];
  /** Sum of each counter. */
  readonly totals: ReadonlyMap<PlayerMetricName, number>;
  /** All values of each histogram. */
  readonly values: ReadonlyMap<PlayerMetricName, readonly number[]>;
  /** Reports so far, and how many of them were not taken. */
  readonly reports: { readonly sent: number; readonly refused: number };
  /** All report a last time and go. */
  leave(): Promise<void>;
};

const protocols = ['hls', 'hls', 'dash', 'webrtc'] as const;
const regions = ['eu', 'us', 'asia'];
const hourMs = 3_600_000;
const joinMs = 15_000;

/** @returns once all are there. The same seed gives the same crowd. */
export async function crowd(
  endpoint: string,
  streams: readonly string[],
  players: number,
  seed: number,
): Promise<Crowd> {
  const random = randomFrom(seed);
  const totals = new Map<PlayerMetricName, number>();
  const values = new Map<PlayerMetricName, number[]>();
  const reports = { sent: 0, refused: 0 };
  const left = new AbortController();
  const present: Player[] = [];

  const evenings = Array.from({ length: players }, async (_, i) => {
    const place = placeIn(pick(streams, random), random);
    // One in a hundred has a clock that was never set.
    const skewMs = Math.round(i % 100 === 0 ? -365 * 24 * hourMs : (2 * random() - 1) * hourMs);
    await wait(random() * joinMs);
    const address = `198.18.${i >> 8}.${i & 255}`;
    const sessionId = `session-${seed}-${i}`;
    const viewer = player({ ...place, endpoint, address, sessionId, skewMs, random, measured });
    present.push(viewer);
    return { ends: watch(viewer) };
  });
  const joined = await Promise.all(evenings);

  return {
    ...{ present, totals, values, reports },
    async leave() {
      left.abort();
      await Promise.all(joined.map(({ ends }) => ends));
    },
  };

  async function watch(viewer: Player) {
    let at = performance.now();
    while (!left.signal.aborted) {
      // Ten seconds, more or less: timers of busy pages are late.
      await wait(8000 + 4000 * random(), undefined, { signal: left.signal }).catch(() => {});
      const now = performance.now();
      const seconds = (now - at) / 1000;
      at = now;
      reports.sent += 1;
      if (!(await viewer.report(seconds, left.signal.aborted ? 'last' : undefined))) reports.refused += 1;
    }
  }

  function measured(metric: PlayerMetricName, value: number) {
    if (playerMetrics[metric].kind === 'counter') {
      totals.set(metric, (totals.get(metric) ?? 0) + value);
      return;
    }
    const all = values.get(metric) ?? [];
    values.set(metric, all);
    all.push(value);
  }
}

/** Where somebody in a stream watches, and how. */
export function placeIn(streamId: string, random: () => number): Place {
  return { streamId, protocol: pick(protocols, random), region: pick(regions, random) };
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}
