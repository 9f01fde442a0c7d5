-- One session from its first to its last second: its spans, those of the origin for its requests, and those of the publisher for the
-- segments that it got, in the order of time. Each side's time is by its own clock; `clock.offset_ms` of a fetch is the difference.
SELECT
  Timestamp AS at,
  multiIf(SessionId = {session:String}, 'player', startsWith(SpanName, 'livestream.origin.'), 'origin', 'publisher') AS side,
  SpanName AS what,
  Duration / 1e9 AS seconds,
  if(StatusCode = 'Error', if(StatusMessage = '', 'error', StatusMessage), '') AS failure,
  mapFilter((name, value) -> name NOT IN ('session.id', 'view.id', 'stream.id', 'protocol', 'region'), SpanAttributes) AS details,
  TraceId AS trace, SpanId AS span, ParentSpanId AS parent
FROM otel_traces
WHERE
  TraceId IN (
    -- A fetch links the publish of its segment, and the origin's span where a cache stood between them.
    SELECT arrayJoin(arrayPushBack(Links.TraceId, TraceId)) FROM otel_traces WHERE SessionId = {session:String}
  )
  -- Others have got the same segments: theirs is another story.
  AND SessionId IN ('', {session:String})
ORDER BY at, what;
