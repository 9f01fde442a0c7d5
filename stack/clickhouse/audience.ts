/** An evening of which everything is known: who watched what from when to when, and what happened to them. */
import { randomFrom } from '../../src/core/test-random.ts';

/** One session on one stream. */
export type Viewing = {
  readonly sessionId: string;
  readonly streamId: string;
  readonly region: string;
  readonly protocol: 'hls' | 'dash' | 'webrtc';
  readonly kind: 'real' | 'synthetic';
  readonly reports: readonly Report[];
  /** Whether its requests are traced. */
  readonly traced: boolean;
};

/** What a player says every ten seconds. */
export type Report = {
  /** When it arrived, Unix ms. */
  readonly at: number;
  /** When it began, by a clock that may be years off. */
  readonly since: number;
  /** Seconds; 0 in the last one of a viewer who says good-bye. */
  readonly nextReport: number;
  readonly presence: readonly { readonly state: 'playing' | 'stalled' | 'paused'; readonly seconds: number }[];
  readonly startupSec?: number;
  readonly stall?: { readonly cause: string; readonly seconds: number };
  readonly error?: { readonly type: string; readonly fatal: boolean };
  readonly fetch?: Fetch;
  readonly packets?: { readonly lost: number; readonly received: number };
};

export type Fetch = {
  readonly seconds: number;
  readonly cdnHost: string;
  readonly cache: 'hit' | 'miss';
  /** Whose fault it was that it came after the buffer had run dry; undefined: it came in time. */
  readonly lateBy?: Culprit | undefined;
};

export const culprits = [
  'livestream.segment.upload',
  'livestream.segment.mux',
  'livestream.origin.request',
  'delivery',
  'unknown',
] as const;
export type Culprit = (typeof culprits)[number];

export const streams = ['main', 'second', 'third'] as const;
export const regions = ['eu', 'us', 'asia'] as const;
const reportSec = 10;

const joinMs = 40 * 60_000;
const mostReports = 36;

/** The same seed gives the same evening. @param from when the first may come, Unix ms. */
export function audience(sessions: number, seed: number, from: number): readonly Viewing[] {
  const random = randomFrom(seed);
  const chance = (share: number) => random() < share;
  const pick = <T>(...values: readonly T[]) => values[Math.floor(random() * values.length)] as T;

  return Array.from({ length: sessions }, () => {
    const protocol = pick('hls', 'hls', 'dash', 'webrtc');
    const region = pick(...regions);
    const joinedAt = from + Math.floor(joinMs * random() ** 2);
    const skewMs = Math.round(chance(0.01) ? -20 * 365 * 86_400_000 : (random() - 0.5) * 3_600_000);
    const length = 1 + Math.floor(mostReports * random());
    const pausesAt = chance(0.05) ? Math.floor(length / 2) : length;
    const saysGoodbye = chance(0.7);
    let at = joinedAt;
    const reports = Array.from({ length }, (_, i): Report => {
      const since = at + skewMs;
      const seconds = Math.round(reportSec * (900 + 200 * random())) / 1000;
      at += seconds * 1000;
      const isLast = i === length - 1;
      const paused = i >= pausesAt;
      return {
        ...{ at, since, nextReport: isLast && saysGoodbye ? 0 : reportSec },
        ...(paused ? { presence: [{ state: 'paused', seconds }] } : play(seconds, protocol, region)),
        ...(i === 0 ? { startupSec: 0.2 + 4 * random() ** 3 } : {}),
        ...(isLast && chance(0.02) ? { error: { type: pick('timeout', 'media_decode'), fatal: true } } : {}),
      };
    });
    return {
      ...{ sessionId: hex(32), streamId: pick('main', 'main', 'main', 'main', 'second', 'third'), region, protocol },
      kind: chance(0.02) ? 'synthetic' : 'real',
      ...{ reports, traced: chance(0.05) },
    };
  });

  function play(
    seconds: number,
    protocol: string,
    region: string,
  ): Pick<Report, 'presence' | 'stall' | 'error' | 'fetch' | 'packets'> {
    // Asia has the worse network.
    const stalledSec = chance(region === 'asia' ? 0.08 : 0.04) ? Math.round(4000 * random()) / 1000 : 0;
    const playing = { state: 'playing' as const, seconds: seconds - stalledSec };
    const stall = { cause: protocol === 'webrtc' ? 'webrtc' : pick('network', 'live_edge'), seconds: stalledSec };
    return {
      ...(stalledSec > 0
        ? { presence: [playing, { state: 'stalled', seconds: stalledSec }], stall }
        : { presence: [playing] }),
      ...(chance(0.01) ? { error: { type: pick('http_404', 'http_503', 'timeout'), fatal: false } } : {}),
      ...(protocol === 'webrtc' ? { packets: packets(region) } : { fetch: fetched() }),
    };
  }

  function packets(region: string) {
    const received = 2000 + Math.floor(1000 * random());
    return { received, lost: Math.floor(received * (region === 'asia' ? 0.06 : 0.01) * random()) };
  }

  function fetched(): Fetch {
    const cache = chance(0.9) ? 'hit' : 'miss';
    const cdnHost = pick('a.cdn.example', 'b.cdn.example');
    const seconds = (cache === 'hit' ? 0.05 : 0.3) + 1.5 * random() ** 4;
    return { seconds, cdnHost, cache, lateBy: chance(0.05) ? pick(...culprits) : undefined };
  }

  function hex(digits: number): string {
    return Array.from({ length: digits / 8 }, () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
  }
}
