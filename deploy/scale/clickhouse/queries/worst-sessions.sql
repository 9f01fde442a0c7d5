-- The sessions of a day that stood still longest for their time, with what session-story.sql wants to know. Half a minute of
-- watching at least: in a moment anything can be all of it.
SELECT
  session_id, any(region) AS region, any(protocol) AS protocol, min(first_at) AS first_at,
  sum(watched_s) AS watched_s, sum(stalled_s) AS stalled_s, sum(stalls) AS stalls, sum(errors) AS errors,
  max(fatal_errors) > 0 AS ended_by_error,
  stalled_s / watched_s AS stalled_share
FROM sessions
WHERE day = {day:Date} AND stream_id = {stream:String}
GROUP BY session_id
HAVING watched_s >= 30 AND any(viewer_kind) = 'real'
ORDER BY stalled_share DESC, stalled_s DESC, session_id
LIMIT 100;
