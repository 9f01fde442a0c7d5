-- The share of watching time that stood still, by region: a ratio of sums, so that who watches longer weighs more.
SELECT
  region,
  sumIf(value, viewer_state = 'stalled') / sum(value) AS stalled_share,
  sum(value) / 3600 AS hours
FROM counters_by_minute
WHERE
  metric = 'livestream.viewer.presence' AND stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime}
  AND viewer_state IN ('playing', 'stalled') AND viewer_kind = 'real'
GROUP BY region
ORDER BY stalled_share DESC;
