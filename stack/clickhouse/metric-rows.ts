/** Reports as the exporter's rows: the columns that it fills, under the names that its INSERT has. */
import type { MetricName } from '../../src/core/signals.ts';
import { metrics } from '../../src/core/signals.ts';
import type { Report, Viewing } from './audience.ts';

type Attributes = Readonly<Record<string, string>>;

/** Rows of otel_metrics_sum for a report. */
export function sumRows(viewing: Viewing, report: Report): object[] {
  const row = pointOf(viewing, report);
  const sum = (metric: MetricName, Value: number, attributes: Attributes = {}) => ({
    ...row(metric, attributes),
    ...{ Value, IsMonotonic: true },
  });
  const { presence, startupSec, stall, error, packets } = report;
  const of = { direction: 'received', 'media.kind': 'video' };
  return [
    ...presence.map(({ state, seconds }) => sum('livestream.viewer.presence', seconds, { 'viewer.state': state })),
    ...(startupSec === undefined ? [] : [sum('livestream.player.plays', 1)]),
    ...(stall ? [sum('livestream.player.stalls', 1, { 'stall.cause': stall.cause })] : []),
    ...(error ? [sum('livestream.errors', 1, { 'error.type': error.type, 'error.fatal': String(error.fatal) })] : []),
    ...(packets
      ? [
          sum('webrtc.rtp.packets.lost', packets.lost, of),
          sum('webrtc.rtp.packets.received', packets.received - packets.lost, of),
        ]
      : []),
  ];
}

/** Rows of otel_metrics_histogram for a report. */
export function histogramRows(viewing: Viewing, report: Report): object[] {
  const row = pointOf(viewing, report);
  const { startupSec, fetch } = report;
  return [
    ...(startupSec === undefined ? [] : [histogram('livestream.player.startup.duration', startupSec)]),
    ...(fetch ? [histogram('livestream.segment.fetch.duration', fetch.seconds, fetchAttributes(fetch))] : []),
  ];

  function histogram(metric: MetricName, value: number, attributes: Attributes = {}) {
    const { edges } = metrics[metric] as { edges: readonly number[] };
    const bucket = edges.filter((edge) => edge < value).length;
    return {
      ...row(metric, attributes),
      ...{ Count: 1, Sum: value, Min: value, Max: value, ExplicitBounds: edges },
      BucketCounts: Array.from({ length: edges.length + 1 }, (_, i) => (i === bucket ? 1 : 0)),
    };
  }
}

function pointOf({ sessionId, streamId, region, protocol, kind }: Viewing, { at, since, nextReport }: Report) {
  const playerName = protocol === 'hls' ? 'hls.js' : protocol === 'dash' ? 'dash.js' : 'webrtc';
  const service = { 'service.name': 'web-player' };
  const session = { 'session.id': sessionId, 'livestream.viewer.next_report': String(nextReport) };
  const stream = { 'stream.id': streamId };
  const place = { protocol, region, 'viewer.kind': kind, 'player.name': playerName };
  // As a player sends it, or as the gateway has put it into Kafka: half of the sessions each.
  const [resource, point] =
    sessionId < '8'
      ? [
          { ...service, ...session },
          { ...stream, ...place },
        ]
      : [stream, { ...session, ...place }];
  return (metric: MetricName, attributes: Attributes) => ({
    ReceivedAt: Math.floor(at / 1000),
    ResourceAttributes: resource,
    ...{ ScopeName: 'playscope', ScopeVersion: '0.1.0', ServiceName: 'web-player' },
    ...{ MetricName: metric, MetricUnit: metrics[metric].unit },
    Attributes: { ...point, ...attributes },
    ...{ StartTimeUnix: (since / 1000).toFixed(3), TimeUnix: (at / 1000).toFixed(3), AggregationTemporality: 1 },
  });
}

function fetchAttributes({ cdnHost, cache }: NonNullable<Report['fetch']>): Attributes {
  return { 'object.type': 'video', 'cdn.host': cdnHost, 'cache.status': cache };
}
