-- Aggregates over groups of one row, of two, and of NULLs alone.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, COUNT(DISTINCT temperature) AS temperatures, SUM(temperature) AS total, AVG(status) AS whole_average,
  STDDEV_SAMP(temperature) AS deviation, VAR_POP(temperature) AS variance
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '0.25' SECOND)
GROUP BY sensor_id, window_start, window_end
HAVING COUNT(*) <> COUNT(temperature)
