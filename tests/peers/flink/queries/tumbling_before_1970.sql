-- Windows around 1970 and before it. No row is late: Flink's watermarks begin at 1970, so that none before it would be.

CREATE TEMPORARY TABLE early_sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) LIKE early_sensors_file;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, COUNT(temperature) AS values_seen, SUM(status) AS total, AVG(temperature) AS average, MIN(temperature) AS low, MAX(temperature) AS high
FROM TUMBLE(TABLE early_sensors, DESCRIPTOR(event_time), INTERVAL '1' SECOND)
GROUP BY sensor_id, window_start, window_end
