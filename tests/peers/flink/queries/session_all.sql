-- Sessions of all rows together.

CREATE TEMPORARY TABLE sessions (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '20' SECOND
) LIKE sessions_file;
SELECT window_start, window_end, COUNT(*) AS n, SUM(amount) AS total, MIN(amount) AS low, MAX(place) AS last_place, COUNT(DISTINCT page) AS pages
FROM SESSION(TABLE sessions, DESCRIPTOR(event_time), INTERVAL '0.4' SECOND)
GROUP BY window_start, window_end
