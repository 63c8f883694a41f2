-- The same with much that is late: a delay of 100 ms.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0.1' SECOND
) LIKE sensors_file;
SELECT ok, window_start, window_end, COUNT(*) AS n, COUNT(DISTINCT sensor_id) AS sensors_seen, SUM(ts) AS total
FROM HOP(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '1' SECOND, INTERVAL '3' SECOND)
GROUP BY ok, window_start, window_end
