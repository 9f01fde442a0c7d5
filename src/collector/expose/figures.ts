import type { MetricName } from '../../core/signals.ts';
import { watchingStates } from '../aggregate/presence.ts';
import type { SeriesStore } from '../aggregate/series.ts';
import { keptSteps, stepOf } from '../aggregate/series.ts';
import type { Group } from '../viewers/viewer-groups.ts';
import { historyAt } from '../viewers/viewer-groups.ts';
import type { Viewers } from '../viewers/viewers.ts';
import type { Selection, Total } from './history.ts';
import { historyOf, quantile, totalOf } from './history.ts';

type Quantiles = { count: number; p50: number | null; p95: number | null; p99: number | null };

const windowSteps = 60;

/** The answer of `GET /api/viewers`. Viewers in front are the real ones. */
export function viewersNow(viewers: Viewers, now: number) {
  const groups = viewers.count(now).map(({ group, viewers, meanViewers, states }) => ({
    streamId: group.streamId,
    protocol: group.protocol,
    region: group.region,
    viewerKind: group.viewerKind,
    viewers,
    meanViewers: rounded(meanViewers),
    states,
  }));
  const real = groups.filter(({ viewerKind }) => viewerKind === 'real');
  return {
    at: now,
    viewers: real.reduce((sum, { viewers }) => sum + viewers, 0),
    meanViewers: rounded(real.reduce((sum, { meanViewers }) => sum + meanViewers, 0)),
    groups,
  };
}

/** The answer of `GET /api/streams`: one summary for each stream that was heard of within the hour. */
export function streamsNow(series: SeriesStore, viewers: Viewers, now: number) {
  const seen = new Map<string, { lastSeen: number; protocols: Set<string> }>();
  const note = (streamId: string | undefined, protocol: string | undefined, at: number) => {
    if (streamId === undefined || at < now - 3_600_000) return;
    const of = seen.get(streamId) ?? { lastSeen: 0, protocols: new Set<string>() };
    of.lastSeen = Math.max(of.lastSeen, at);
    if (protocol !== undefined) of.protocols.add(protocol);
    seen.set(streamId, of);
  };
  for (const metric of series.metrics()) {
    for (const { labels, lastAt } of series.of(metric)) note(labels['stream.id'], labels.protocol, lastAt);
  }
  for (const { streamId, protocol, lastAt } of viewers.groups()) note(streamId, protocol, lastAt);

  const counts = viewers.count(now);
  const streams = [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([streamId, { lastSeen, protocols }]) => {
      const watching = counts.filter(({ group }) => group.streamId === streamId && group.viewerKind === 'real');
      const here = watching.reduce((sum, each) => sum + each.viewers, 0);
      return {
        streamId,
        protocols: [...protocols].sort(),
        viewers: here,
        peakViewers: Math.max(
          here,
          peakOf(
            watching.map(({ group }) => group),
            now,
          ),
        ),
        lastSeen: Math.round(lastSeen),
        ...playback(series, streamId, now),
      };
    });
  return { at: now, streams };
}

function playback(series: SeriesStore, streamId: string, now: number) {
  const last = stepOf(now);
  const where = { 'stream.id': streamId };
  const totals = (metric: MetricName, selection: Selection = {}) =>
    historyOf(series, metric, last - windowSteps + 1, last, { where, ...selection }).map((history) => ({
      ...{ labels: history.labels, edges: history.edges },
      total: totalOf(history),
    }));
  const sum = (metric: MetricName): number => totals(metric)[0]?.total.sum ?? 0;
  const quantiles = (metric: MetricName): Quantiles => {
    const [found] = totals(metric);
    const total: Total = found?.total ?? { sum: 0, count: 0, buckets: [] };
    const at = (q: number) => quantile(q, found?.edges ?? [], total);
    return { count: total.count, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  };
  const presence = new Map(
    totals('livestream.viewer.presence', { groupBy: ['viewer.state'] }).map((each) => [
      each.labels['viewer.state'] ?? 'playing',
      each.total.sum,
    ]),
  );
  /** Of the players whose renditions declare one: the seconds of the others (WebRTC, plain video) would only thin it. */
  const averageBitrate = () => {
    const byProtocol = { groupBy: ['protocol'] };
    const bits = totals('livestream.player.media.bits', byProtocol).filter(({ total }) => total.sum > 0);
    const declared = new Set(bits.map(({ labels }) => labels.protocol));
    const played = totals('livestream.player.media.played', byProtocol).filter(({ labels }) =>
      declared.has(labels.protocol),
    );
    const all = (list: typeof bits) => list.reduce((added, { total }) => added + total.sum, 0);
    return ratio(all(bits), all(played));
  };
  const watched = watchingStates.reduce((seconds, state) => seconds + (presence.get(state) ?? 0), 0);
  const [dropped, rendered] = [sum('livestream.player.frames.dropped'), sum('livestream.player.frames.rendered')];
  return {
    plays: Math.round(sum('livestream.player.plays')),
    exitsBeforeStart: Math.round(sum('livestream.player.exits_before_start')),
    stalls: Math.round(sum('livestream.player.stalls')),
    stallRatio: ratio(presence.get('stalled') ?? 0, watched),
    stallsByCause: Object.fromEntries(
      totals('livestream.player.stalls', { groupBy: ['stall.cause'] })
        .filter(({ total }) => total.sum > 0)
        .map(({ labels, total }) => [labels['stall.cause'] ?? 'unknown', Math.round(total.sum)]),
    ),
    startup: quantiles('livestream.player.startup.duration'),
    stallDuration: quantiles('livestream.player.stall.duration'),
    fetch: quantiles('livestream.segment.fetch.duration'),
    ttfb: quantiles('livestream.segment.fetch.ttfb'),
    liveLatency: quantiles('livestream.player.live_latency'),
    averageBitrate: averageBitrate(),
    droppedFrameRatio: ratio(dropped, dropped + rendered),
    errors: totals('livestream.errors', { groupBy: ['error.type', 'error.fatal', 'protocol'] })
      .filter(({ total }) => total.sum > 0)
      .map(({ labels, total }) => ({
        type: labels['error.type'] ?? 'unknown',
        fatal: labels['error.fatal'] === 'true',
        protocol: labels.protocol ?? 'unknown',
        count: Math.round(total.sum),
      }))
      .sort((a, b) => b.count - a.count),
  };
}

/** The most viewers that some groups had together in one step of the last `steps`; 0 when nothing is known. */
export function peakOf(groups: readonly Group[], now: number, steps: number = keptSteps): number {
  const last = stepOf(now);
  let peak = 0;
  for (let step = last - steps + 1; step <= last; step += 1) {
    let sum = 0;
    for (const group of groups) sum += historyAt(group, step) || 0;
    peak = Math.max(peak, sum);
  }
  return rounded(peak);
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
