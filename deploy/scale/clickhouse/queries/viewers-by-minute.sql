-- The same from sketches, for screens and for what is older than a week. Merge them over more than a minute and they stay distinct:
-- 'how many different viewers had the match?' is this without the minute.
SELECT minute, region, protocol, uniqCombined64Merge(sessions) AS sessions
FROM viewers_by_minute
WHERE
  stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime} AND viewer_kind = 'real'
GROUP BY minute, region, protocol
ORDER BY minute, region, protocol;
