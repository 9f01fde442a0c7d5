-- Concurrent viewers at an instant, exactly: sessions whose last report said that they are there, and from whom the next one is not
-- overdue by more than half its interval. What the embedded collector calls viewers.
--   at: now(), or any second of the last week
SELECT stream_id, region, protocol, viewer_kind, count() AS viewers
FROM (
  SELECT at, session, stream_id, region, protocol, viewer_kind, viewer_state, next_report
  FROM presence
  -- The longest interval that is believed is three minutes, and half of it the patience.
  WHERE at > {at:DateTime} - INTERVAL 270 SECOND AND at <= {at:DateTime}
  -- A report has a row for each state; the session is in the one that took most of it.
  ORDER BY at DESC, seconds DESC
  LIMIT 1 BY session
)
WHERE viewer_state != 'paused' AND at + 1.5 * next_report > {at:DateTime}
GROUP BY stream_id, region, protocol, viewer_kind
ORDER BY viewers DESC;
