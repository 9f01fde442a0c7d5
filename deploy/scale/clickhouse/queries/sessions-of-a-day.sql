-- Distinct sessions of a day, exactly, and how long they watched. Grouped by the session first: what no merge has brought together
-- yet is still one session.
SELECT
  stream_id, protocol, viewer_kind,
  count() AS sessions,
  countIf(plays > 0 AND watched_s = 0) AS never_watched,
  sum(watched_s) / 3600 AS hours,
  median(watched_s) AS median_s
FROM (
  SELECT
    stream_id, session_id, any(viewer_kind) AS viewer_kind, any(protocol) AS protocol,
    sum(watched_s) AS watched_s, sum(plays) AS plays
  FROM sessions
  WHERE day = {day:Date}
  GROUP BY stream_id, session_id
)
GROUP BY stream_id, protocol, viewer_kind
ORDER BY sessions DESC;
