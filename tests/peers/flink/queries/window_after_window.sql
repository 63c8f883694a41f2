-- A window of windows: the event time of a result is its window_time.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
CREATE TEMPORARY VIEW short_windows AS
SELECT sensor_id, window_time AS event_time, COUNT(*) AS n, MAX(temperature) AS high
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '2' SECOND)
GROUP BY sensor_id, window_start, window_end, window_time;
SELECT sensor_id, window_start, window_end, SUM(n) AS n, COUNT(*) AS windows, AVG(high) AS average_high
FROM TUMBLE(TABLE short_windows, DESCRIPTOR(event_time), INTERVAL '10' SECOND)
GROUP BY sensor_id, window_start, window_end
