import type { MetricName } from '../../core/signals.ts';
import { nextReport } from '../../core/signals.ts';
import type { HistogramPoint, MetricBatch, MetricData, NumberPoint } from '../receive/read-metrics.ts';
import type { Presence, Viewers } from '../viewers/viewers.ts';
import { differences } from './differences.ts';
import type { Labels } from './labels.ts';
import { labelsKey, labelsOf } from './labels.ts';
import type { Reason } from './plausible.ts';
import { isMetricName, wrongHistogram, wrongMetric, wrongNumber } from './plausible.ts';
import { mostPresence, presenceMetric, secondsToNextReport } from './presence.ts';
import type { Sender, Senders } from './senders.ts';
import { isRepeat, place, remember } from './senders.ts';
import type { Increase, SeriesStore } from './series.ts';

export type Left = { readonly points: number; readonly reasons: ReadonlyMap<Reason, number> };

type Options = {
  readonly series: SeriesStore;
  readonly viewers: Viewers;
  readonly senders: Senders;
  readonly region?: string | undefined;
  readonly mostSeries: number;
  readonly startedAt: number;
};

// A delta that claims to cover more is laid over this much.
const longestMs = 180_000;

/** Takes metric batches into the series and the viewers, on the receiver's clock. */
export function intake({ series, viewers, senders, region, mostSeries, startedAt }: Options) {
  const cumulative = differences(mostSeries * 4, startedAt);
  const dropped = new Map<Reason, number>();
  let repeats = 0;

  return {
    /** @returns what was left out. Repeats are not left out: they were taken before. */
    receive(batches: readonly MetricBatch[], now: number): Left {
      const reasons = new Map<Reason, number>();
      // Only after the request is a report known: its points may be spread over several blocks.
      const reports = batches.map((batch) => takeBatch(batch, now, reasons));
      for (const commit of reports) commit();
      let points = 0;
      for (const [reason, count] of reasons) {
        points += count;
        dropped.set(reason, (dropped.get(reason) ?? 0) + count);
      }
      return { points, reasons };
    },
    dropped: (): ReadonlyMap<Reason, number> => dropped,
    repeats: () => repeats,
  };

  function takeBatch({ resource, metrics }: MetricBatch, now: number, reasons: Map<Reason, number>): () => void {
    const sender = senders.of(resource, firstTime(metrics), now);
    const isPlayer = typeof resource['session.id'] === 'string' && resource['session.id'] !== '';
    const presence: Presence[] = [];
    const seen: [MetricName, number][] = [];
    let latest = Number.NaN;
    const leave = (reason: Reason, count = 1) => reasons.set(reason, (reasons.get(reason) ?? 0) + count);

    for (const data of metrics) {
      const wrong = wrongMetric(data, isPlayer);
      if (wrong) leave(wrong, data.points.length);
      if (wrong || data.kind === 'other' || !isMetricName(data.name)) continue;
      const { name } = data;
      for (const point of data.points) {
        const bad = 'value' in point ? wrongNumber(point) : wrongHistogram(name, point);
        if (bad) {
          leave(bad);
          continue;
        }
        const labels = labelsOf(point.attributes, resource, isPlayer, region);
        const key = labelsKey(labels);
        const placed = place(sender, point.time, now);
        if (data.kind === 'gauge') {
          if ('value' in point) series.set(name, key, labels, point.value, placed);
          continue;
        }
        if (data.temporality === 'cumulative') {
          const id = `${sender?.id}\n${name}\n${key}`;
          const step = cumulative.take(id, { ...increaseOf(point), start: point.start, time: point.time }, now);
          if (step) add(name, key, labels, step.increase, step.ms, placed, presence);
          continue;
        }
        if (sender && isRepeat(sender, name, point.time)) {
          repeats += 1;
          continue;
        }
        if (name === presenceMetric && tooMuch(sender, point, now)) {
          leave('too_much_presence');
          continue;
        }
        seen.push([name, point.time]);
        if (!(point.time <= latest)) latest = point.time;
        add(name, key, labels, increaseOf(point), point.time - point.start, placed, presence);
      }
    }
    return () => settle(sender, isPlayer, { resource, seen, latest, presence }, now);
  }

  function add(
    name: MetricName,
    key: string,
    labels: Labels,
    increase: Increase,
    ms: number,
    to: number,
    presence: Presence[],
  ) {
    const coveredMs = ms > 0 ? Math.min(ms, longestMs) : 0;
    series.add(name, key, labels, increase, to - coveredMs, to);
    if (name === presenceMetric) presence.push({ labels, seconds: increase.sum, coveredMs });
  }

  function settle(
    sender: Sender | undefined,
    isPlayer: boolean,
    batch: { resource: MetricBatch['resource']; seen: [MetricName, number][]; latest: number; presence: Presence[] },
    now: number,
  ) {
    const { resource, seen, latest, presence } = batch;
    if (sender) for (const [name, time] of seen) remember(sender, name, time);
    const placed = place(sender, latest, now);
    if (!isPlayer || !sender) for (const each of presence) viewers.anonymous(each, placed);
    if (!sender) return;
    for (const { seconds } of presence) sender.presence += seconds;
    sender.lastArrival = now;
    if (latest > sender.lastTime || Number.isNaN(sender.lastTime) || sender.lastTime - latest > longestMs * 4) {
      sender.lastTime = latest;
    }
    const ends = resource[nextReport] === 0;
    // A repeat says nothing new; an end without points is still an end.
    if (!isPlayer || (seen.length === 0 && !ends)) return;
    const time = Number.isNaN(latest) ? sender.lastTime : latest;
    const report = {
      sessionId: sender.id,
      time,
      placed,
      presence,
      nextReport: secondsToNextReport(resource[nextReport]),
    };
    viewers.report(report, now);
  }
}

function tooMuch(sender: Sender | undefined, point: NumberPoint | HistogramPoint, now: number): boolean {
  const seconds = 'value' in point ? point.value : 0;
  // Senders without a session id may be many players in one.
  const most = sender?.isPlayer ? mostPresence(sender, point.start, point.time, now) : 180;
  return seconds > most;
}

function increaseOf(point: NumberPoint | HistogramPoint): Increase {
  return 'value' in point ? { sum: point.value } : { sum: point.sum, buckets: point.buckets };
}

function firstTime(metrics: readonly MetricData[]): number {
  for (const { points, kind } of metrics) {
    const [first] = kind === 'other' ? [] : points;
    if (first && !Number.isNaN(first.time)) return first.time;
  }
  return Number.NaN;
}
