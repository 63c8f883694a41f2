-- A window behind a filter: rows that the filter takes out have moved the watermark before.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
CREATE TEMPORARY VIEW warm AS SELECT * FROM sensors WHERE temperature > 40;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, COUNT(temperature) AS values_seen, SUM(status) AS total, AVG(temperature) AS average, MIN(temperature) AS low, MAX(temperature) AS high
FROM TUMBLE(TABLE warm, DESCRIPTOR(event_time), INTERVAL '4' SECOND)
GROUP BY sensor_id, window_start, window_end
