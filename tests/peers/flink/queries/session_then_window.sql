-- How many sessions ended in each minute.

CREATE TEMPORARY TABLE sessions (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '3' SECOND
) LIKE sessions_file;
CREATE TEMPORARY VIEW visits AS
SELECT `user`, window_time AS event_time, COUNT(*) AS n
FROM SESSION(TABLE sessions PARTITION BY `user`, DESCRIPTOR(event_time), INTERVAL '5' SECOND)
GROUP BY `user`, window_start, window_end, window_time;
SELECT window_start, window_end, COUNT(*) AS visits, SUM(n) AS pages, MAX(n) AS longest
FROM TUMBLE(TABLE visits, DESCRIPTOR(event_time), INTERVAL '1' MINUTE)
GROUP BY window_start, window_end
