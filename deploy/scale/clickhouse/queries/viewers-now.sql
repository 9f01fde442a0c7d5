-- Concurrent viewers at an instant, exactly: sessions whose last report said that they are there, and from whom the next one is not
-- overdue by more than half its interval. What the embedded collector calls viewers.
--   at: now(), or any second of the last week
SELECT place.1 AS stream_id, place.2 AS region, place.3 AS protocol, place.4 AS viewer_kind, count() AS viewers
FROM (
  SELECT
    session,
    -- A report has a row for each state; the session is in the one that took most of it.
    argMax((stream_id, region, protocol, viewer_kind), (at, seconds)) AS place,
    argMax(viewer_state, (at, seconds)) AS state,
    max(at) + 1.5 * argMax(next_report, (at, seconds)) AS expires_at
  FROM presence
  -- The longest interval that is believed is three minutes, and half of it the patience.
  WHERE at > {at:DateTime} - INTERVAL 270 SECOND AND at <= {at:DateTime}
  GROUP BY session
)
WHERE state != 'paused' AND expires_at > {at:DateTime}
GROUP BY stream_id, region, protocol, viewer_kind
ORDER BY viewers DESC;
