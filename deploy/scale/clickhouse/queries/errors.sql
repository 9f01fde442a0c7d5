-- What fails, and what of it ends the playback: each failed attempt counts once as not fatal, the error that ends it once as fatal.
SELECT
  error_type, error_fatal = 'true' AS fatal, protocol,
  sum(value) AS errors,
  errors / (
    SELECT sum(value) FROM counters_by_minute
    WHERE
      metric = 'livestream.player.plays' AND stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime}
      AND viewer_kind = 'real'
  ) AS per_play
FROM counters_by_minute
WHERE
  metric = 'livestream.errors' AND stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime}
  AND viewer_kind = 'real'
GROUP BY error_type, fatal, protocol
ORDER BY errors DESC, error_type, protocol;
