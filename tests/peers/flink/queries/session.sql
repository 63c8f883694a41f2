-- Sessions by user, gaps exactly as long as allowed and a millisecond more; rows out of order join two of them. The NULL user has sessions too.

CREATE TEMPORARY TABLE sessions (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '20' SECOND
) LIKE sessions_file;
SELECT `user`, window_start, window_end, COUNT(*) AS n, SUM(amount) AS total, MIN(amount) AS low, MAX(place) AS last_place, COUNT(DISTINCT page) AS pages
FROM SESSION(TABLE sessions PARTITION BY `user`, DESCRIPTOR(event_time), INTERVAL '5' SECOND)
GROUP BY `user`, window_start, window_end
