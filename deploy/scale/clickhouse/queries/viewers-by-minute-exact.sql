-- Viewers of a stream over time, exactly: distinct sessions of each minute, and how many watched at the same time on average. The
-- first counts everyone who looked in, so it is the larger one. FINAL, as a mean would count a report again that came twice.
SELECT
  toStartOfMinute(at) AS minute, region, protocol,
  uniqExact(session) AS sessions,
  sum(seconds) / 60 AS mean_viewers
FROM presence FINAL
WHERE
  stream_id = {stream:String} AND toStartOfMinute(at) >= {from:DateTime} AND toStartOfMinute(at) < {to:DateTime}
  AND viewer_state != 'paused' AND viewer_kind = 'real'
GROUP BY minute, region, protocol
ORDER BY minute, region, protocol;
