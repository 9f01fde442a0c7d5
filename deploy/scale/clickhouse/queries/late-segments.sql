-- Segments that came after the buffer had run dry, by the step to blame. Published later than a segment lasts: the publisher's
-- longest step. Else, if the origin took more than half of the fetch: the origin. Else the way from there to the player, caches
-- included; 'unknown' where neither side of it was told.
WITH
  late AS (
    SELECT
      TraceId, SpanId, Duration / 1e9 AS fetch_s, Links.TraceId AS links,
      toFloat64OrZero(SpanAttributes['deadline_margin_s']) AS margin_s
    FROM otel_traces
    WHERE
      StreamId = {stream:String} AND SpanName = 'livestream.segment.fetch'
      -- When it was told, as the time of the span itself is by the viewer's clock.
      AND ReceivedAt >= {from:DateTime} AND ReceivedAt < {to:DateTime}
      AND toFloat64OrZero(SpanAttributes['deadline_margin_s']) < 0
  ),
  origin AS (
    SELECT ParentSpanId AS fetch, max(Duration) / 1e9 AS seconds
    FROM otel_traces
    WHERE
      SpanName = 'livestream.origin.request' AND TraceId IN (SELECT TraceId FROM late)
      -- Told by others, a little sooner or later: narrows the hours that are read.
      AND ReceivedAt >= {from:DateTime} - INTERVAL 10 MINUTE AND ReceivedAt < {to:DateTime} + INTERVAL 10 MINUTE
    GROUP BY fetch
  ),
  -- The steps of one publication, of which the longest is the one to look at.
  publication AS (
    SELECT
      TraceId AS trace,
      argMaxIf(SpanName, Duration, SpanName != 'livestream.segment.publish') AS slowest,
      maxIf(toFloat64OrZero(SpanAttributes['segment.publish_latency_ms']), SpanName = 'livestream.segment.publish') / 1000 AS publish_s,
      max(toFloat64OrZero(SpanAttributes['segment.duration_s'])) AS segment_s
    FROM otel_traces
    WHERE
      StreamId = {stream:String} AND SpanName IN (
        'livestream.segment.publish', 'livestream.segment.mux', 'livestream.segment.encrypt', 'livestream.segment.upload',
        'livestream.manifest.update'
      )
      AND TraceId IN (SELECT arrayJoin(links) FROM late)
      AND ReceivedAt >= {from:DateTime} - INTERVAL 10 MINUTE AND ReceivedAt < {to:DateTime} + INTERVAL 10 MINUTE
    GROUP BY trace
  )
SELECT
  multiIf(
    publication.publish_s > publication.segment_s, publication.slowest,
    origin.seconds > late.fetch_s / 2, 'livestream.origin.request',
    origin.seconds > 0 OR publication.publish_s > 0, 'delivery',
    'unknown'
  ) AS step,
  count() AS segments,
  avg(-late.margin_s) AS mean_late_s,
  max(-late.margin_s) AS most_late_s
FROM late
LEFT JOIN origin ON origin.fetch = late.SpanId
LEFT JOIN publication ON publication.trace = late.links[-1]
GROUP BY step
ORDER BY segments DESC, step;
