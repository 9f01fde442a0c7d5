-- Time to the first frame: quantiles from buckets, so each lies in the right one; between its edges it is a guess.
SELECT
  region, protocol,
  sum(count) AS starts,
  histogramQuantile(0.5, sumForEachMerge(buckets), any(edges)) AS p50_s,
  histogramQuantile(0.95, sumForEachMerge(buckets), any(edges)) AS p95_s,
  histogramQuantile(0.99, sumForEachMerge(buckets), any(edges)) AS p99_s
FROM histograms_by_minute
WHERE
  metric = 'livestream.player.startup.duration' AND stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime}
  AND viewer_kind = 'real'
GROUP BY region, protocol
ORDER BY p95_s DESC;
