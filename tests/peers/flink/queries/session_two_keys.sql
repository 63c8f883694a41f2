-- Sessions by two columns, behind a filter.

CREATE TEMPORARY TABLE sessions (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '3' SECOND
) LIKE sessions_file;
CREATE TEMPORARY VIEW paid AS SELECT * FROM sessions WHERE amount > 200;
SELECT `user`, page, window_start, window_end, COUNT(*) AS n, SUM(amount) AS total, MIN(amount) AS low, MAX(place) AS last_place, COUNT(DISTINCT page) AS pages
FROM SESSION(TABLE paid PARTITION BY (`user`, page), DESCRIPTOR(event_time), INTERVAL '9' SECOND)
GROUP BY `user`, page, window_start, window_end
