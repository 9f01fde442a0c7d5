-- The tables that the Collector's clickhouse exporter writes (its columns, by name), with keys, codecs and lifetimes of ours:
-- the exporter runs with `create_schema: false`. What arrives stays here for days; 3-views.sql fills what is kept for longer.
--
-- Partitions and lifetimes go by when a row was stored and not by the time in it: that one may come from a viewer's clock. A few
-- hundred pages that say any day between 1970 and 2099, and an insert would be spread over more partitions than the server allows,
-- refused, and tried again for ever.

CREATE TABLE IF NOT EXISTS otel_metrics_sum (
  ReceivedAt DateTime DEFAULT now() CODEC(Delta, ZSTD(1)),
  ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ResourceSchemaUrl LowCardinality(String),
  ScopeName LowCardinality(String),
  ScopeVersion LowCardinality(String),
  ScopeAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ScopeDroppedAttrCount UInt32 CODEC(ZSTD(1)),
  ScopeSchemaUrl LowCardinality(String),
  ServiceName LowCardinality(String),
  MetricName LowCardinality(String),
  MetricDescription LowCardinality(String),
  MetricUnit LowCardinality(String),
  Attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  -- Milliseconds and not the exporter's seconds: with the session, the beginning of a report is what tells it from its copy.
  StartTimeUnix DateTime64(3) CODEC(Delta, ZSTD(1)),
  -- When the gateway took the report: it writes this over the player's own time, which is as wrong as that one's clock.
  TimeUnix DateTime64(3) CODEC(Delta, ZSTD(1)),
  -- The same, or when it was stored where that is a day away: nobody but a gateway that forgot can have said it.
  ArrivedAt DateTime MATERIALIZED if(abs(dateDiff('second', TimeUnix, ReceivedAt)) < 86400, toDateTime(TimeUnix), ReceivedAt)
    CODEC(Delta, ZSTD(1)),
  Value Float64 CODEC(ZSTD(1)),
  Flags UInt32 CODEC(ZSTD(1)),
  Exemplars Nested (
    FilteredAttributes Map(LowCardinality(String), String),
    TimeUnix DateTime64(3),
    Value Float64,
    SpanId String,
    TraceId String
  ) CODEC(ZSTD(1)),
  AggregationTemporality Int32 CODEC(ZSTD(1)),
  IsMonotonic Bool CODEC(ZSTD(1)),
  -- On the way through Kafka points are grouped by stream, which puts it on their resource, and take over the session from that.
  StreamId LowCardinality(String) MATERIALIZED coalesce(nullIf(Attributes['stream.id'], ''), ResourceAttributes['stream.id']),
  SessionId String ALIAS coalesce(nullIf(Attributes['session.id'], ''), ResourceAttributes['session.id']),
  NextReport String ALIAS coalesce(nullIf(Attributes['livestream.viewer.next_report'], ''), ResourceAttributes['livestream.viewer.next_report'])
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt)
-- One metric of one stream is what is read, when a view is filled anew; next to each other its rows also compress best.
ORDER BY (MetricName, StreamId, ArrivedAt)
TTL toDate(ReceivedAt) + INTERVAL 2 DAY
SETTINGS
  -- A part is dropped as a whole, never rewritten: with partitions of a day that is all that a lifetime has to cost.
  ttl_only_drop_parts = 1,
  -- The exporter tries an insert again when its answer was lost; the same block a second time changes nothing. ReplicatedMergeTree
  -- does this by itself.
  non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS otel_metrics_histogram (
  ReceivedAt DateTime DEFAULT now() CODEC(Delta, ZSTD(1)),
  ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ResourceSchemaUrl LowCardinality(String),
  ScopeName LowCardinality(String),
  ScopeVersion LowCardinality(String),
  ScopeAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ScopeDroppedAttrCount UInt32 CODEC(ZSTD(1)),
  ScopeSchemaUrl LowCardinality(String),
  ServiceName LowCardinality(String),
  MetricName LowCardinality(String),
  MetricDescription LowCardinality(String),
  MetricUnit LowCardinality(String),
  Attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  StartTimeUnix DateTime64(3) CODEC(Delta, ZSTD(1)),
  TimeUnix DateTime64(3) CODEC(Delta, ZSTD(1)),
  ArrivedAt DateTime MATERIALIZED if(abs(dateDiff('second', TimeUnix, ReceivedAt)) < 86400, toDateTime(TimeUnix), ReceivedAt)
    CODEC(Delta, ZSTD(1)),
  Count UInt64 CODEC(ZSTD(1)),
  Sum Float64 CODEC(ZSTD(1)),
  BucketCounts Array(UInt64) CODEC(ZSTD(1)),
  ExplicitBounds Array(Float64) CODEC(ZSTD(1)),
  Exemplars Nested (
    FilteredAttributes Map(LowCardinality(String), String),
    TimeUnix DateTime64(3),
    Value Float64,
    SpanId String,
    TraceId String
  ) CODEC(ZSTD(1)),
  Flags UInt32 CODEC(ZSTD(1)),
  Min Float64 CODEC(ZSTD(1)),
  Max Float64 CODEC(ZSTD(1)),
  AggregationTemporality Int32 CODEC(ZSTD(1)),
  StreamId LowCardinality(String) MATERIALIZED coalesce(nullIf(Attributes['stream.id'], ''), ResourceAttributes['stream.id'])
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt)
ORDER BY (MetricName, StreamId, ArrivedAt)
TTL toDate(ReceivedAt) + INTERVAL 2 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

-- Of the servers: encoder utilization. Few rows, read as they are.
CREATE TABLE IF NOT EXISTS otel_metrics_gauge (
  ReceivedAt DateTime DEFAULT now() CODEC(Delta, ZSTD(1)),
  ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ResourceSchemaUrl LowCardinality(String),
  ScopeName LowCardinality(String),
  ScopeVersion LowCardinality(String),
  ScopeAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ScopeDroppedAttrCount UInt32 CODEC(ZSTD(1)),
  ScopeSchemaUrl LowCardinality(String),
  ServiceName LowCardinality(String),
  MetricName LowCardinality(String),
  MetricDescription LowCardinality(String),
  MetricUnit LowCardinality(String),
  Attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  StartTimeUnix DateTime64(3) CODEC(Delta, ZSTD(1)),
  TimeUnix DateTime64(3) CODEC(Delta, ZSTD(1)),
  ArrivedAt DateTime MATERIALIZED if(abs(dateDiff('second', TimeUnix, ReceivedAt)) < 86400, toDateTime(TimeUnix), ReceivedAt)
    CODEC(Delta, ZSTD(1)),
  Value Float64 CODEC(ZSTD(1)),
  Flags UInt32 CODEC(ZSTD(1)),
  Exemplars Nested (
    FilteredAttributes Map(LowCardinality(String), String),
    TimeUnix DateTime64(3),
    Value Float64,
    SpanId String,
    TraceId String
  ) CODEC(ZSTD(1)),
  StreamId LowCardinality(String) MATERIALIZED coalesce(nullIf(Attributes['stream.id'], ''), ResourceAttributes['stream.id'])
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt)
ORDER BY (MetricName, StreamId, ArrivedAt)
TTL toDate(ReceivedAt) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS otel_traces (
  ReceivedAt DateTime DEFAULT now() CODEC(Delta, ZSTD(1)),
  Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)),
  TraceId String CODEC(ZSTD(1)),
  SpanId String CODEC(ZSTD(1)),
  ParentSpanId String CODEC(ZSTD(1)),
  TraceState String CODEC(ZSTD(1)),
  SpanName LowCardinality(String),
  SpanKind LowCardinality(String),
  ServiceName LowCardinality(String),
  ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ScopeName LowCardinality(String),
  ScopeVersion LowCardinality(String),
  SpanAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  Duration UInt64 CODEC(ZSTD(1)),
  StatusCode LowCardinality(String),
  StatusMessage String CODEC(ZSTD(1)),
  Events Nested (
    Timestamp DateTime64(9),
    Name LowCardinality(String),
    Attributes Map(LowCardinality(String), String)
  ) CODEC(ZSTD(1)),
  Links Nested (
    TraceId String,
    SpanId String,
    TraceState String,
    Attributes Map(LowCardinality(String), String)
  ) CODEC(ZSTD(1)),
  -- A column of its own is read alone; the map would be read whole for each of them.
  StreamId LowCardinality(String) MATERIALIZED SpanAttributes['stream.id'],
  SessionId String MATERIALIZED SpanAttributes['session.id'] CODEC(ZSTD(1)),
  -- Of a trace or a session there are a few spans among millions: a bloom filter says in which granules they cannot be.
  INDEX trace TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX session SessionId TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt)
-- A stream, a kind of span, an hour: what aggregates read. Within it the spans of a session are neighbours, which is what a story
-- reads and what compresses.
ORDER BY (StreamId, SpanName, toStartOfHour(ReceivedAt), SessionId, Timestamp)
TTL toDate(ReceivedAt) + INTERVAL 14 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;
