-- Fill what is kept from what arrives, at each insert. To fill a table anew, run the SELECT of its view over otel_metrics_*.
--
-- Only deltas: players and servers send nothing else, and a sum since a start must not be added to another.

CREATE MATERIALIZED VIEW IF NOT EXISTS presence_view TO presence AS
SELECT
  ArrivedAt AS at,
  StreamId AS stream_id,
  Attributes['region'] AS region,
  Attributes['protocol'] AS protocol,
  Attributes['viewer.kind'] AS viewer_kind,
  Attributes['viewer.state'] AS viewer_state,
  sipHash64(SessionId) AS session,
  StartTimeUnix AS since,
  Value AS seconds,
  -- Who does not say is expected within half a minute. It comes from outside, so it is held to what a player can mean.
  least(toUInt16OrDefault(NextReport, 30::UInt16), 180::UInt16) AS next_report
FROM otel_metrics_sum
WHERE MetricName = 'livestream.viewer.presence' AND SessionId != '';

CREATE MATERIALIZED VIEW IF NOT EXISTS viewers_by_minute_view TO viewers_by_minute AS
SELECT
  toStartOfMinute(at) AS minute, stream_id, region, protocol, viewer_kind,
  uniqCombined64State(session) AS sessions
FROM presence
WHERE viewer_state != 'paused'
GROUP BY minute, stream_id, region, protocol, viewer_kind;

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_view TO sessions AS
SELECT
  toDate(ArrivedAt) AS day,
  StreamId AS stream_id,
  SessionId AS session_id,
  any(Attributes['viewer.kind']) AS viewer_kind,
  any(Attributes['protocol']) AS protocol,
  any(Attributes['region']) AS region,
  min(ArrivedAt) AS first_at,
  max(ArrivedAt) AS last_at,
  sumIf(Value, MetricName = 'livestream.viewer.presence' AND Attributes['viewer.state'] != 'paused') AS watched_s,
  sumIf(Value, MetricName = 'livestream.viewer.presence' AND Attributes['viewer.state'] = 'stalled') AS stalled_s,
  sumIf(Value, MetricName = 'livestream.player.plays') AS plays,
  sumIf(Value, MetricName = 'livestream.player.stalls') AS stalls,
  sumIf(Value, MetricName = 'livestream.errors') AS errors,
  sumIf(Value, MetricName = 'livestream.errors' AND Attributes['error.fatal'] = 'true') AS fatal_errors
FROM otel_metrics_sum
WHERE
  MetricName IN ('livestream.viewer.presence', 'livestream.player.plays', 'livestream.player.stalls', 'livestream.errors')
  AND AggregationTemporality = 1
  AND SessionId != ''
GROUP BY day, stream_id, session_id;

CREATE MATERIALIZED VIEW IF NOT EXISTS counters_by_minute_view TO counters_by_minute AS
SELECT
  MetricName AS metric,
  toStartOfMinute(ArrivedAt) AS minute,
  StreamId AS stream_id,
  Attributes['protocol'] AS protocol,
  Attributes['region'] AS region,
  Attributes['viewer.kind'] AS viewer_kind,
  Attributes['viewer.state'] AS viewer_state,
  Attributes['player.name'] AS player_name,
  Attributes['object.type'] AS object_type,
  Attributes['request.type'] AS request_type,
  Attributes['http.response.status_class'] AS http_response_status_class,
  Attributes['cdn.host'] AS cdn_host,
  Attributes['cache.status'] AS cache_status,
  Attributes['error.type'] AS error_type,
  Attributes['error.fatal'] AS error_fatal,
  Attributes['stall.cause'] AS stall_cause,
  Attributes['direction'] AS direction,
  Attributes['media.kind'] AS media_kind,
  sum(Value) AS value
FROM otel_metrics_sum
WHERE AggregationTemporality = 1
GROUP BY ALL;

CREATE MATERIALIZED VIEW IF NOT EXISTS histograms_by_minute_view TO histograms_by_minute AS
SELECT
  MetricName AS metric,
  toStartOfMinute(ArrivedAt) AS minute,
  StreamId AS stream_id,
  Attributes['protocol'] AS protocol,
  Attributes['region'] AS region,
  Attributes['viewer.kind'] AS viewer_kind,
  Attributes['viewer.state'] AS viewer_state,
  Attributes['player.name'] AS player_name,
  Attributes['object.type'] AS object_type,
  Attributes['request.type'] AS request_type,
  Attributes['http.response.status_class'] AS http_response_status_class,
  Attributes['cdn.host'] AS cdn_host,
  Attributes['cache.status'] AS cache_status,
  Attributes['error.type'] AS error_type,
  Attributes['error.fatal'] AS error_fatal,
  Attributes['stall.cause'] AS stall_cause,
  Attributes['direction'] AS direction,
  Attributes['media.kind'] AS media_kind,
  sum(Count) AS count,
  sum(Sum) AS total,
  sumForEachState(BucketCounts) AS buckets,
  any(ExplicitBounds) AS edges
FROM otel_metrics_histogram
WHERE AggregationTemporality = 1
GROUP BY ALL;

-- As Prometheus' histogram_quantile: the bucket in which the quantile lies, and between its edges in proportion. Above the last edge
-- nothing is known but that edge. NaN where there are no values.
CREATE OR REPLACE FUNCTION histogramQuantile AS (q, buckets, edges) -> arrayElement(
  arrayMap(
    (rank, cumulative) -> arrayElement(
      arrayMap(
        i -> multiIf(
          rank = 0, nan,
          i > length(edges), edges[-1],
          if(i = 1, 0., edges[i - 1])
            + (edges[i] - if(i = 1, 0., edges[i - 1]))
            * (q * rank - if(i = 1, 0, cumulative[i - 1])) / buckets[i]
        ),
        [arrayFirstIndex(sum -> sum >= q * rank, cumulative)]
      ), 1
    ),
    [arraySum(buckets)], [arrayCumSum(buckets)]
  ), 1
);
