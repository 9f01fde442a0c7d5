/** Rule files for vmalert and Prometheus, made from the alert table. */
import type { Alert } from '../../src/core/alerts.ts';
import { alerts } from '../../src/core/alerts.ts';
import { sessions, streamSessions, viewerLabels } from './catalogue.ts';
import type { Attribute, Matcher } from './promql.ts';
import { mean, perSecond, quantile, share, smallest, streamViewers, sum, viewers } from './promql.ts';

// Twice the report of a player that is slow to report; its silence between two reports is no absence.
const viewerWindow = '1m';
// A hidden tab may report once a minute: a stream is dark only when nobody was present in two.
const darkWindow = '2m';
// A vmagent that is killed loses the minute that it counts and does not tell the one in which it is back. Where there are others, its
// viewers would be missing: what it last told is at most this old, if it is away for less than a minute.
const sessionsWindow = '4m';

const isReal: Matcher = ['viewer.kind', '=', 'real'];

/** Viewers: what dashboards show and alerts look at. */
export function viewerRules(): string {
  const presence = perSecond('livestream.viewer.presence', {
    window: viewerWindow,
    by: viewerLabels,
    where: [['viewer.state', '!=', 'paused']],
  });
  return group('viewers', [
    // Presence can be forged; each session is one viewer at most, of a stream too.
    record(viewers, smallest([presence, lately(sessions, viewerLabels)], viewerLabels)),
    record(
      streamViewers,
      smallest(
        [sum(viewers, ['stream.id'], [isReal]), lately(`${streamSessions}{viewer_kind="real"}`, ['stream.id'])],
        ['stream.id'],
      ),
    ),
  ]);
}

/** Added up: where there are several vmagents, each counts the sessions that it is told of. */
function lately(series: string, by: readonly Attribute[]): string {
  return sum(`max_over_time(${series}[${sessionsWindow}])`, by);
}

/** The six alerts. */
export function alertRules(): string {
  return group('alerts', alerts.map(rule));
}

function rule(alert: Alert): string {
  const { name, summary, forSeconds, statistic } = alert;
  const shown = statistic.kind === 'ratio' ? 'humanizePercentage' : 'humanize';
  return [
    `- alert: ${name}`,
    `  expr: ${expression(alert)}`,
    ...(forSeconds > 0 ? [`  for: ${duration(forSeconds)}`] : []),
    '  annotations:',
    `    summary: '${summary}'`,
    `    description: '{{ $labels.stream_id }}: {{ $value | ${shown} }}'`,
  ].join('\n');
}

/** True while the alert's comparison holds; its value is the figure compared or, for viewers, the peak before. */
function expression(alert: Alert): string {
  const { statistic, metric, threshold, comparison, windowSeconds } = alert;
  const selection = {
    window: duration(windowSeconds),
    by: alert.groupBy as readonly Attribute[],
    where: Object.entries(alert.where ?? {}).map(([name, value]): Matcher => [name as Attribute, '=', value]),
  };
  if (statistic.kind === 'viewers') return viewersBelow(alert);
  if (threshold.kind !== 'fixed' || comparison === 'zero') throw new Error(`No rule can be made of ${alert.name}.`);
  const compared = `${comparison === 'above' ? '>' : '<'} ${threshold.value}`;
  if (statistic.kind === 'quantile') return `${quantile(statistic.q, metric, selection)} ${compared}`;
  if (statistic.kind === 'mean') return `${mean(metric, selection)} ${compared}`;
  return `${share(metric, statistic.of, selection)} ${compared}`;
}

/** A stream whose viewers have vanished has no present value, so what is asked is whether enough of the peak is there. */
function viewersBelow({ name, threshold, comparison }: Alert): string {
  if (threshold.kind !== 'peak') throw new Error(`No rule can be made of ${name}: viewers are compared with a peak.`);
  const peak = `max_over_time(${streamViewers}[${duration(threshold.windowSeconds)}])`;
  // A mean of presence lies a little beside the whole number that it stands for.
  const enough = `${peak} > ${threshold.minimumPeak - 0.5}`;
  return comparison === 'zero'
    ? `(${enough}) unless (max_over_time(${streamViewers}[${darkWindow}]) > 0)`
    : `(${enough}) unless (${streamViewers} >= ${threshold.share} * ${peak})`;
}

function record(name: string, expr: string): string {
  return `- record: ${name}\n  expr: ${expr}`;
}

function group(name: string, rules: readonly string[]): string {
  const indented = rules.join('\n').replace(/^/gm, '      ');
  return `groups:\n  - name: ${name}\n    interval: 10s\n    rules:\n${indented}\n`;
}

function duration(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
