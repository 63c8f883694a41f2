-- A delay below the disorder: the session that a row joins decides whether it is late.

CREATE TEMPORARY TABLE sessions (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '1' SECOND
) LIKE sessions_file;
SELECT `user`, window_start, window_end, COUNT(*) AS n, SUM(amount) AS total, MIN(amount) AS low, MAX(place) AS last_place, COUNT(DISTINCT page) AS pages
FROM SESSION(TABLE sessions PARTITION BY `user`, DESCRIPTOR(event_time), INTERVAL '5' SECOND)
GROUP BY `user`, window_start, window_end
