-- Tumbling windows by sensor; the NULL sensor is a group. Some rows are late beyond the delay: judged row by row.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, COUNT(temperature) AS values_seen, SUM(status) AS total, AVG(temperature) AS average, MIN(temperature) AS low, MAX(temperature) AS high
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '5' SECOND)
GROUP BY sensor_id, window_start, window_end
