-- Windows that grow by a step until they are full.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT ok, window_start, window_end, COUNT(*) AS n, COUNT(temperature) AS values_seen, SUM(status) AS total, AVG(temperature) AS average, MIN(temperature) AS low, MAX(temperature) AS high
FROM CUMULATE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '2' SECOND, INTERVAL '10' SECOND)
GROUP BY ok, window_start, window_end
