-- Overlapping windows around 1970, with no late row.

CREATE TEMPORARY TABLE early_sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) LIKE early_sensors_file;
SELECT ok, window_start, window_end, COUNT(*) AS n, COUNT(temperature) AS values_seen, SUM(status) AS total, AVG(temperature) AS average, MIN(temperature) AS low, MAX(temperature) AS high
FROM HOP(TABLE early_sensors, DESCRIPTOR(event_time), INTERVAL '0.5' SECOND, INTERVAL '2' SECOND)
GROUP BY ok, window_start, window_end
