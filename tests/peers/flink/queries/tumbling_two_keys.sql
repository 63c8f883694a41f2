-- Groups by two columns, both with NULLs.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, ok, window_start, window_end, COUNT(*) AS n, SUM(temperature) AS total
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '20' SECOND)
GROUP BY sensor_id, ok, window_start, window_end
