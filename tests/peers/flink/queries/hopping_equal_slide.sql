-- A slide as long as the window.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, MIN(temperature) AS low
FROM HOP(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '8' SECOND, INTERVAL '8' SECOND)
GROUP BY sensor_id, window_start, window_end
