import { setTimeout as pause } from 'node:timers/promises';
import type { Crew } from './crew.ts';
import type { Seen } from './figures.ts';
import type { Moment } from './moment.ts';
import { momentOf } from './moment.ts';
import type { Settings } from './options.ts';
import { sampleOf } from './sample.ts';
import type { Durations } from './tap.ts';

export type Observed = {
  /** Unix ms. */
  readonly startedAt: number;
  readonly timeline: readonly Moment[];
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
  readonly seen: Omit<Seen, 'viewers'>;
};

const mostMoments = 3600;
const recentlySec = 10;

/** Looks at the crew each second, or less often where that would be too much to keep, until the time is over or all is lost. */
export async function observe(team: Crew, settings: Settings, durations: Durations): Promise<Observed> {
  const { rampSec, forSec, signal, onProgress } = settings;
  const untilSec = rampSec + forSec;
  const everySec = Math.max(1, untilSec / mostMoments);
  const startedAt = Date.now();
  const sinceSec = () => (Date.now() - startedAt) / 1000;
  const timeline: Moment[] = [];
  const seen = { ...durations, liveLatencySec: sampleOf(), rttSec: sampleOf() };
  const arrived: number[] = [];
  while (sinceSec() < untilSec && !signal?.aborted && !team.isLost()) {
    const leftSec = Math.min(everySec, untilSec - sinceSec());
    await pause(leftSec * 1000, undefined, { signal }).catch(() => {});
    await team.look();
    for (const { figures } of team.members) {
      const { state, liveLatencySec = null, webrtc } = figures ?? {};
      if (state === 'playing' && liveLatencySec !== null) seen.liveLatencySec.add(liveLatencySec);
      if (webrtc && webrtc.rttSec !== null) seen.rttSec.add(webrtc.rttSec);
    }
    const { count } = durations.fetchSec;
    const lately = durations.fetchSec.latest(count - (arrived.at(-Math.ceil(recentlySec / everySec)) ?? 0));
    arrived.push(count);
    const moment = momentOf(team.members, sinceSec(), lately);
    timeline.push(moment);
    onProgress?.(moment);
  }
  return { startedAt, timeline, interrupted: signal?.aborted === true, seen };
}
