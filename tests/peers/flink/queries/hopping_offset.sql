-- Overlapping windows moved by an offset.
-- With a delay beyond the end: Flink loses rows of windows with an offset whenever its watermark moves (FLINK-36664).

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '1' HOUR
) LIKE sensors_file;
SELECT status, window_start, window_end, COUNT(*) AS n, AVG(humidity) AS average
FROM HOP(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '4' SECOND, INTERVAL '12' SECOND, INTERVAL '1' SECOND)
GROUP BY status, window_start, window_end
