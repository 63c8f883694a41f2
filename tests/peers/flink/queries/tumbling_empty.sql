-- No row is left: no window fires.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
CREATE TEMPORARY VIEW none_left AS SELECT * FROM sensors WHERE temperature > 1000;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, COUNT(temperature) AS values_seen, SUM(status) AS total, AVG(temperature) AS average, MIN(temperature) AS low, MAX(temperature) AS high
FROM TUMBLE(TABLE none_left, DESCRIPTOR(event_time), INTERVAL '4' SECOND)
GROUP BY sensor_id, window_start, window_end
