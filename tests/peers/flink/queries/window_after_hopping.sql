-- A tumbling window over the results of overlapping ones, grouped by another column.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
CREATE TEMPORARY VIEW overlapping AS
SELECT sensor_id, window_time AS event_time, COUNT(*) AS n
FROM HOP(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '1' SECOND, INTERVAL '3' SECOND)
GROUP BY sensor_id, window_start, window_end, window_time;
SELECT n, window_start, window_end, COUNT(*) AS windows, COUNT(DISTINCT sensor_id) AS sensors_seen
FROM TUMBLE(TABLE overlapping, DESCRIPTOR(event_time), INTERVAL '5' SECOND)
GROUP BY n, window_start, window_end
