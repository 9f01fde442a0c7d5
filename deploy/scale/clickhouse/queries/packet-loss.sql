-- Packets that WebRTC viewers lost of those sent to them, by region: a ratio of sums, as the alert has it (3 %).
SELECT
  region, media_kind,
  sumIf(value, metric = 'webrtc.rtp.packets.lost') AS lost,
  lost / sum(value) AS loss_ratio
FROM counters_by_minute
WHERE
  metric IN ('webrtc.rtp.packets.lost', 'webrtc.rtp.packets.received') AND direction = 'received'
  AND stream_id = {stream:String} AND minute >= {from:DateTime} AND minute < {to:DateTime} AND viewer_kind = 'real'
GROUP BY region, media_kind
ORDER BY loss_ratio DESC;
