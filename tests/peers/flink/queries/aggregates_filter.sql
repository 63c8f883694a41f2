-- A condition of an aggregate alone.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, window_start, window_end, COUNT(*) FILTER (WHERE temperature > 20) AS warm, SUM(status) FILTER (WHERE ok) AS good_total,
  AVG(temperature) FILTER (WHERE humidity < 30 OR ok IS NULL) AS dry_average, COUNT(DISTINCT status) FILTER (WHERE status > 0) AS above,
  MAX(temperature) FILTER (WHERE FALSE) AS never
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '10' SECOND)
GROUP BY sensor_id, window_start, window_end
