-- Stalls over time by cause, for a thousand viewer-minutes: without the audience beside it a number of stalls says nothing.
SELECT
  minute,
  sumMapIf(map(stall_cause, value), metric = 'livestream.player.stalls') AS stalls,
  sumIf(value, metric = 'livestream.viewer.presence' AND viewer_state IN ('playing', 'stalled')) / 60 AS viewer_minutes,
  mapApply((cause, n) -> (cause, 1000 * n / viewer_minutes), stalls) AS per_thousand
FROM counters_by_minute
WHERE
  metric IN ('livestream.player.stalls', 'livestream.viewer.presence')
  AND stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime} AND viewer_kind = 'real'
GROUP BY minute
ORDER BY minute;
