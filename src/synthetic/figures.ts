import { shortestStallMs } from '../core/intervals.ts';
import type { Figures } from '../core/snapshot.ts';
import type { Sample } from './sample.ts';
import { sampleOf } from './sample.ts';

/** What a watch has seen of all its viewers. */
export type Seen = {
  /** The last figures of each viewer that was asked for; undefined where there never were any. */
  readonly viewers: readonly (Figures | undefined)[];
  /** Of each segment attempt that delivered. */
  readonly fetchSec: Sample;
  readonly ttfbSec: Sample;
  /** Of each stall that ended. */
  readonly stallSec: Sample;
  /** Of each viewer that was playing, each second. */
  readonly liveLatencySec: Sample;
  readonly rttSec: Sample;
};

export type Unit = 'count' | 'seconds' | 'ratio' | 'bitrate';

/** `of`: null is unknown, infinity is never. */
export type Figure = { readonly unit: Unit; readonly meaning: string; of(seen: Seen): number | null };

/** A figure by its name: durations in seconds, bitrates in bit/s, ratios 0 to 1; null is unknown, or never. */
export type FigureValues = Readonly<Record<string, number | null>>;

/** All that can be expected of a watch, by name. */
export const figures: Readonly<Record<string, Figure>> = {
  viewers: count(
    'viewers that saw a picture and were not thrown out by an error',
    ({ viewers }) => viewers.filter(isWell).length,
  ),
  'viewers.failed': count(
    'viewers that saw no picture, or were thrown out by an error',
    ({ viewers }) => viewers.filter((viewer) => !isWell(viewer)).length,
  ),
  ...spread('startup', 'from play to the first frame; a viewer that never saw one counts as never', startups),
  stall_count: count('stalls of all viewers', ({ viewers }) => sum(viewers, stallsOf)),
  stall_ratio: ratio('time stalled over time watched, of all viewers together', ({ viewers }) =>
    share(
      sum(viewers, ({ times }) => times.stalled),
      sum(viewers, ({ times }) => times.starting + times.playing + times.seeking + times.stalled),
    ),
  ),
  ...spread('stall', 'duration of the stalls that ended', ({ stallSec }) => stallSec),
  errors: count('failed requests and errors of all viewers', ({ viewers }) =>
    sum(viewers, ({ errors }) => errors.count),
  ),
  'errors.fatal': count(
    'viewers whose playback was ended by an error',
    ({ viewers }) => viewers.filter((viewer) => viewer?.errors.fatal).length,
  ),
  requests: count('requests of playlists, manifests and segments', ({ viewers }) =>
    sum(viewers, ({ requests }) => requests.count),
  ),
  'requests.failed': count('of them those that failed', ({ viewers }) =>
    sum(viewers, ({ requests }) => requests.failed),
  ),
  ...spread('fetch', 'a segment asked for to its last byte', ({ fetchSec }) => fetchSec),
  ...spread('ttfb', 'a segment asked for to its first byte', ({ ttfbSec }) => ttfbSec),
  bitrate: {
    unit: 'bitrate',
    meaning: 'declared bits over media seconds played; received bits with WebRTC',
    of: bitrate,
  },
  switches: count('changes of the rendition on screen', ({ viewers }) =>
    sum(viewers, ({ switches }) => switches.up + switches.down),
  ),
  dropped_frames: ratio('frames dropped over all frames', ({ viewers }) => {
    const dropped = sum(viewers, ({ frames }) => frames.dropped);
    return share(dropped, dropped + sum(viewers, ({ frames }) => frames.rendered));
  }),
  ...spread(
    'live_latency',
    'wall clock minus program time, of each playing viewer each second',
    (seen) => seen.liveLatencySec,
  ),
  packet_loss: ratio('packets lost over packets sent to the viewers (WebRTC)', ({ viewers }) => {
    const lost = sum(viewers, (viewer) => received(viewer, 'packetsLost'));
    return share(lost, lost + sum(viewers, (viewer) => received(viewer, 'packets')));
  }),
  ...spread('rtt', 'round trip time, of each viewer each second (WebRTC)', ({ rttSec }) => rttSec),
};

/** The figures in order of the table. */
export function valuesOf(seen: Seen): FigureValues {
  const values = Object.entries(figures).map(([name, { of }]) => [name, finite(of(seen))] as const);
  return Object.fromEntries(values);
}

/** Whether a viewer saw a picture and was not thrown out by an error. */
export function isWell(viewer: Figures | undefined): boolean {
  return viewer !== undefined && hasPicture(viewer) && !viewer.errors.fatal;
}

/** Whether a viewer has seen a picture. */
export function hasPicture({ startup }: Figures): boolean {
  return startup.result === 'started' || startup.result === 'unseen';
}

/** Its stalls, with the one that it is in. */
export function stallsOf({ stalls: { count: ended, current } }: Figures): number {
  return ended + (current && current.durationSec * 1000 >= shortestStallMs ? 1 : 0);
}

/** The mean bitrate over all viewers, of each as long as it played. */
export function bitrate({ viewers }: Pick<Seen, 'viewers'>): number | null {
  const rates = viewers.flatMap((viewer) => {
    const connectedSec = viewer?.webrtc?.connectedSec;
    if (viewer && connectedSec) return [{ bits: received(viewer, 'bytes') * 8, sec: connectedSec }];
    const { playedSec = 0, averageBitrate = null } = viewer?.media ?? {};
    return averageBitrate === null ? [] : [{ bits: averageBitrate * playedSec, sec: playedSec }];
  });
  const total = (name: 'bits' | 'sec') => rates.reduce((all, rate) => all + rate[name], 0);
  return share(total('bits'), total('sec'));
}

function startups({ viewers }: Seen): Sample {
  const durations = viewers.flatMap((viewer) => {
    if (viewer?.startup.result === 'unseen') return [];
    return viewer?.startup.result === 'started' ? (viewer.startup.durationSec ?? []) : Number.POSITIVE_INFINITY;
  });
  return sampleOf(durations);
}

function received({ webrtc }: Figures, name: 'packets' | 'packetsLost' | 'bytes'): number {
  const streams = webrtc?.streams.filter(({ direction }) => direction === 'received') ?? [];
  return streams.reduce((all, stream) => all + stream[name], 0);
}

function sum(viewers: Seen['viewers'], of: (viewer: Figures) => number): number {
  return viewers.reduce((all, viewer) => all + (viewer ? of(viewer) : 0), 0);
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function count(meaning: string, of: Figure['of']): Figure {
  return { unit: 'count', meaning, of };
}

function ratio(meaning: string, of: Figure['of']): Figure {
  return { unit: 'ratio', meaning, of };
}

/** Three quantiles and the largest value. */
function spread(name: string, meaning: string, of: (seen: Seen) => Sample): Record<string, Figure> {
  const at = { p50: 0.5, p95: 0.95, p99: 0.99, max: 1 };
  const entries = Object.entries(at).map(([which, share]) => {
    const figure: Figure = {
      unit: 'seconds',
      meaning: `${meaning}: ${which}`,
      of: (seen) => of(seen).quantile(share),
    };
    return [`${name}.${which}`, figure] as const;
  });
  return Object.fromEntries(entries);
}
