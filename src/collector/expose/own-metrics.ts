import type { OwnMetric } from './prometheus.ts';

/** Requests so far, by `method path status`. */
export type Requests = ReadonlyMap<string, number>;

type Counts = {
  readonly series: number;
  readonly seriesOverflowed: number;
  readonly sessions: number;
  readonly sessionsRefused: number;
  readonly pointsDropped: Readonly<Record<string, number>>;
  readonly pointsRepeated: number;
  readonly traces: number;
  readonly spans: number;
  readonly spansDropped: number;
  readonly spansRepeated: number;
};

/** The collector's figures about itself. */
export function ownMetrics(counts: Counts, requests: Requests): OwnMetric[] {
  const one = (kind: OwnMetric['kind'], name: string, help: string, value: number): OwnMetric => ({
    ...{ kind, help, name: `playscope_collector_${name}` },
    values: [{ labels: {}, value }],
  });
  return [
    {
      name: 'playscope_collector_requests_total',
      kind: 'counter',
      help: 'requests that were answered, by path and status',
      values: [...requests].map(([key, value]) => {
        const [path = '', code = ''] = key.split(' ');
        return { labels: { path, code }, value };
      }),
    },
    {
      name: 'playscope_collector_points_dropped_total',
      kind: 'counter',
      help: 'data points that were left out, by reason',
      values: Object.entries(counts.pointsDropped).map(([reason, value]) => ({ labels: { reason }, value })),
    },
    one(
      'counter',
      'points_repeated_total',
      'data points that came again and were not counted twice',
      counts.pointsRepeated,
    ),
    one('gauge', 'series', 'series that are kept', counts.series),
    one(
      'counter',
      'series_overflowed_total',
      'points that found no room for a series of their own',
      counts.seriesOverflowed,
    ),
    one('gauge', 'sessions', 'player sessions that are remembered', counts.sessions),
    one(
      'counter',
      'sessions_refused_total',
      'reports of sessions beyond the limit of the exact count',
      counts.sessionsRefused,
    ),
    one('gauge', 'traces', 'traces in the ring', counts.traces),
    one('gauge', 'spans', 'spans in the ring', counts.spans),
    one('counter', 'spans_dropped_total', 'spans without valid ids or too many for the ring', counts.spansDropped),
    one('counter', 'spans_repeated_total', 'spans that came again', counts.spansRepeated),
  ];
}
