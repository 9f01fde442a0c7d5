import type { Alert, AlertName } from '../../core/alerts.ts';
import { alerts } from '../../core/alerts.ts';
import type { SeriesStore } from '../aggregate/series.ts';
import { stepMs, stepOf } from '../aggregate/series.ts';
import type { Group } from '../viewers/viewer-groups.ts';
import type { Viewers } from '../viewers/viewers.ts';
import { peakOf } from './figures.ts';
import { historyOf, quantile, totalOf } from './history.ts';
import { toSeconds } from './lines.ts';

/** Own thresholds, in the unit of the alert's metric: one for all streams or one for each `stream.id`. */
export type Thresholds = Partial<Record<AlertName, number | Readonly<Record<string, number>>>> & {
  /** Smallest peak of viewers that ViewersDroppedSuddenly looks at. Default 10. */
  readonly minimumPeak?: number;
};

type Labels = Record<string, string>;
type Reading = { readonly labels: Labels; readonly value: number; readonly threshold: number; readonly holds: boolean };
type Instance = { labels: Labels; state: 'pending' | 'firing'; value: number; threshold: number; since: number };
type AlertState = {
  state: 'ok' | 'pending' | 'firing' | 'no_data';
  since: number | null;
  instances: Map<string, Instance & { readAt: number }>;
};

// Servers export once a minute: between two exports an alert stays what it was.
const heldMs = 90_000;

/** The state of each alert of the table. `evaluate` is to be called once for each step, in order. */
export function alertStates(series: SeriesStore, viewers: Viewers, thresholds: Thresholds) {
  const states = new Map(
    alerts.map(({ name }): [AlertName, AlertState] => [name, { state: 'no_data', since: null, instances: new Map() }]),
  );

  return {
    evaluate(now: number) {
      for (const alert of alerts) {
        const readings = read(alert, series, viewers, thresholds, now);
        const state = states.get(alert.name);
        if (!readings || !state) continue;
        settle(alert, state.instances, readings, now);
        const of = [...state.instances.values()].map((instance) => instance.state);
        const next = of.includes('firing') ? 'firing' : of.length > 0 ? 'pending' : 'ok';
        if (next !== state.state) state.since = now;
        state.state = next;
      }
    },
    /** The answer of `GET /api/alerts`. Durations are in seconds, other values in the unit of the metric. */
    now: (at: number) => ({
      at,
      alerts: alerts.map(({ name, summary }) => {
        const { state = 'no_data', since = null, instances } = states.get(name) ?? {};
        const shown = [...(instances?.values() ?? [])].map(({ readAt: _, ...instance }) => instance);
        return { name, state, summary, since, instances: shown };
      }),
    }),
  };
}

function settle({ forSeconds }: Alert, instances: AlertState['instances'], readings: readonly Reading[], now: number) {
  const read = new Set<string>();
  for (const { labels, value, threshold, holds } of readings) {
    const key = JSON.stringify(labels);
    read.add(key);
    const before = instances.get(key);
    if (!holds) {
      instances.delete(key);
      continue;
    }
    const since = before?.since ?? now;
    const fires = before?.state === 'firing' || now - since >= forSeconds * 1000;
    const fired = fires && before?.state !== 'firing';
    instances.set(key, {
      ...{ labels, value, threshold, state: fires ? 'firing' : 'pending', readAt: now },
      since: fired ? now : since,
    });
  }
  for (const [key, { readAt }] of instances) if (!read.has(key) && now - readAt > heldMs) instances.delete(key);
}

/** What the alert looks at now; undefined when its source has never reported. */
function read(
  alert: Alert,
  series: SeriesStore,
  viewers: Viewers,
  own: Thresholds,
  now: number,
): Reading[] | undefined {
  if (alert.statistic.kind === 'viewers') return readViewers(alert, viewers, own, now);
  const { metric, statistic, groupBy, windowSeconds, where = {} } = alert;
  const last = stepOf(now) - 1;
  const from = last - Math.ceil((windowSeconds * 1000) / stepMs) + 1;
  const of = statistic.kind === 'ratio' ? statistic.of : [metric];
  const histories = of.map((name) => historyOf(series, name, from, last, { where, groupBy }));
  if (histories.every((found) => found.length === 0)) return undefined;

  const keys = new Map(histories.flat().map(({ labels }) => [JSON.stringify(labels), labels]));
  const scale = toSeconds(metric);
  return [...keys].flatMap(([key, labels]) => {
    const found = histories.map((all) => all.find((history) => JSON.stringify(history.labels) === key));
    const totals = found.map((history) => (history ? totalOf(history) : { sum: 0, count: 0, buckets: [] }));
    const [first] = totals;
    const all = totals.reduce((sum, total) => sum + total.sum, 0);
    let value: number | null = null;
    if (first && statistic.kind === 'quantile') value = quantile(statistic.q, found[0]?.edges ?? [], first);
    else if (first && statistic.kind === 'mean') value = first.count > 0 ? first.sum / first.count : null;
    else if (first && all > 0) value = first.sum / all;
    const limit = thresholdOf(alert, own, labels['stream.id']);
    if (value === null) return [];
    const holds = alert.comparison === 'above' ? value > limit : value < limit;
    return [{ labels, value: value * scale, threshold: limit * scale, holds }];
  });
}

function readViewers(alert: Alert, viewers: Viewers, own: Thresholds, now: number): Reading[] | undefined {
  const { threshold, comparison, name } = alert;
  if (threshold.kind !== 'peak') return undefined;
  const streams = new Map<string, { present: number; groups: Group[] }>();
  for (const { group, viewers: present } of viewers.count(now)) {
    if (group.viewerKind !== 'real') continue;
    const stream = streams.get(group.streamId) ?? { present: 0, groups: [] };
    stream.present += present + viewers.uncounted(group, now);
    stream.groups.push(group);
    streams.set(group.streamId, stream);
  }
  if (streams.size === 0) return undefined;
  const configured = own[name];
  const share = typeof configured === 'number' ? configured : threshold.share;
  const minimumPeak =
    name === 'ViewersDroppedSuddenly' ? (own.minimumPeak ?? threshold.minimumPeak) : threshold.minimumPeak;
  return [...streams].map(([streamId, { present, groups }]) => {
    const peak = peakOf(groups, now, (threshold.windowSeconds * 1000) / stepMs);
    const limit = share * peak;
    // Below half a viewer on the mean there is nobody.
    const holds = peak >= minimumPeak && (comparison === 'zero' ? present < 0.5 : present < limit);
    return { labels: { 'stream.id': streamId }, value: present, threshold: limit, holds };
  });
}

function thresholdOf({ threshold, name }: Alert, own: Thresholds, streamId: string | undefined): number {
  const fixed = threshold.kind === 'fixed' ? threshold.value : 0;
  const configured = own[name];
  if (typeof configured === 'number') return configured;
  return (streamId !== undefined ? configured?.[streamId] : undefined) ?? fixed;
}
