-- How long segments take, by where they come from: a slow CDN shows as one host, a cold cache as misses, a bad network as a region.
SELECT
  cdn_host, cache_status, region, protocol,
  sum(count) AS fetches,
  histogramQuantile(0.5, sumForEachMerge(buckets), any(edges)) AS p50_s,
  histogramQuantile(0.95, sumForEachMerge(buckets), any(edges)) AS p95_s,
  histogramQuantile(0.99, sumForEachMerge(buckets), any(edges)) AS p99_s
FROM histograms_by_minute
WHERE
  metric = 'livestream.segment.fetch.duration' AND stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime}
  AND object_type IN ('video', 'audio', 'muxed') AND viewer_kind = 'real'
GROUP BY cdn_host, cache_status, region, protocol
ORDER BY fetches DESC;
