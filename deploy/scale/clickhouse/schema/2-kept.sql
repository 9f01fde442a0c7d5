-- What is read, and kept for longer than what arrives: who was there, exactly; each session; and sums by the minute.
--
-- Each remembers its last inserts as the tables of arrivals do, so that what the exporter tries again is not added up again: its
-- sessions have deduplicate_blocks_in_dependent_materialized_views.

-- Who was there: one row for each session, report and state, in less than ten bytes on disk. Exact counts are paid for by the viewer, and
-- therefore kept for a week.
--
-- A report that comes twice (a retry of the page, of the exporter, of Kafka) has the same session, state and beginning, so its copy
-- replaces it; until a merge has done so, FINAL does, and distinct counts do not care.
CREATE TABLE IF NOT EXISTS presence (
  at DateTime CODEC(Delta, ZSTD(1)),
  stream_id LowCardinality(String),
  region LowCardinality(String),
  protocol LowCardinality(String),
  viewer_kind LowCardinality(String),
  viewer_state LowCardinality(String),
  -- sipHash64 of session.id, for size and speed. That any two of ten million sessions share one has a chance of 1 in 370,000.
  session UInt64 CODEC(ZSTD(1)),
  -- When the report began, by the sender's clock: only ever compared with itself.
  since DateTime64(3) CODEC(Delta, ZSTD(1)),
  seconds Float32 CODEC(ZSTD(1)),
  -- Seconds until the session reports again; 0: it ends here.
  next_report UInt16 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(at)
-- Time by the minute and only then the session: dashboards ask for minutes.
ORDER BY (stream_id, toStartOfMinute(at), session, viewer_state, since)
TTL toDate(at) + INTERVAL 7 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

-- Each session, once a day and stream: distinct sessions of a day are a count of rows, and the worst of them a sort.
CREATE TABLE IF NOT EXISTS sessions (
  day Date,
  stream_id LowCardinality(String),
  session_id String CODEC(ZSTD(1)),
  viewer_kind SimpleAggregateFunction(any, LowCardinality(String)),
  protocol SimpleAggregateFunction(any, LowCardinality(String)),
  region SimpleAggregateFunction(any, LowCardinality(String)),
  first_at SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1)),
  last_at SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1)),
  watched_s SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  stalled_s SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  plays SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  stalls SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  errors SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  fatal_errors SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toStartOfMonth(day)
ORDER BY (day, stream_id, session_id)
TTL day + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- Distinct sessions by the minute, as sketches that merge over any minutes, regions and protocols: off by half a percent, and of one
-- size however many they are. For what is older than the week of presence, and for screens that ask every few seconds.
CREATE TABLE IF NOT EXISTS viewers_by_minute (
  minute DateTime CODEC(Delta, ZSTD(1)),
  stream_id LowCardinality(String),
  region LowCardinality(String),
  protocol LowCardinality(String),
  viewer_kind LowCardinality(String),
  sessions AggregateFunction(uniqCombined64, UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toStartOfMonth(minute)
ORDER BY (stream_id, minute, region, protocol, viewer_kind)
TTL toDate(minute) + INTERVAL 13 MONTH
SETTINGS non_replicated_deduplication_window = 1000;

-- Every counter, by the minute and by all attributes that a metric may have. Their values are few, which is why metrics may have
-- them, and a column of few values costs next to nothing.
CREATE TABLE IF NOT EXISTS counters_by_minute (
  metric LowCardinality(String),
  minute DateTime CODEC(Delta, ZSTD(1)),
  stream_id LowCardinality(String),
  protocol LowCardinality(String),
  region LowCardinality(String),
  viewer_kind LowCardinality(String),
  viewer_state LowCardinality(String),
  player_name LowCardinality(String),
  object_type LowCardinality(String),
  request_type LowCardinality(String),
  http_response_status_class LowCardinality(String),
  cdn_host LowCardinality(String),
  cache_status LowCardinality(String),
  error_type LowCardinality(String),
  error_fatal LowCardinality(String),
  stall_cause LowCardinality(String),
  direction LowCardinality(String),
  media_kind LowCardinality(String),
  value Float64 CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree(value)
PARTITION BY toStartOfMonth(minute)
PRIMARY KEY (metric, stream_id, minute)
ORDER BY (
  metric, stream_id, minute, protocol, region, viewer_kind, viewer_state, player_name, object_type, request_type,
  http_response_status_class, cdn_host, cache_status, error_type, error_fatal, stall_cause, direction, media_kind
)
TTL toDate(minute) + INTERVAL 13 MONTH
SETTINGS non_replicated_deduplication_window = 1000;

-- Every histogram, likewise. Edges are those of the catalogue, so buckets add up; histogramQuantile reads them.
CREATE TABLE IF NOT EXISTS histograms_by_minute (
  metric LowCardinality(String),
  minute DateTime CODEC(Delta, ZSTD(1)),
  stream_id LowCardinality(String),
  protocol LowCardinality(String),
  region LowCardinality(String),
  viewer_kind LowCardinality(String),
  viewer_state LowCardinality(String),
  player_name LowCardinality(String),
  object_type LowCardinality(String),
  request_type LowCardinality(String),
  http_response_status_class LowCardinality(String),
  cdn_host LowCardinality(String),
  cache_status LowCardinality(String),
  error_type LowCardinality(String),
  error_fatal LowCardinality(String),
  stall_cause LowCardinality(String),
  direction LowCardinality(String),
  media_kind LowCardinality(String),
  count SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  total SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  buckets AggregateFunction(sumForEach, Array(UInt64)) CODEC(ZSTD(1)),
  edges SimpleAggregateFunction(any, Array(Float64)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toStartOfMonth(minute)
PRIMARY KEY (metric, stream_id, minute)
ORDER BY (
  metric, stream_id, minute, protocol, region, viewer_kind, viewer_state, player_name, object_type, request_type,
  http_response_status_class, cdn_host, cache_status, error_type, error_fatal, stall_cause, direction, media_kind
)
TTL toDate(minute) + INTERVAL 13 MONTH
SETTINGS non_replicated_deduplication_window = 1000;
