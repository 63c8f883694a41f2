-- Much that is late: a row that misses some steps still counts in the later ones.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0.1' SECOND
) LIKE sensors_file;
SELECT window_start, window_end, COUNT(*) AS n, SUM(ts) AS total, COUNT(DISTINCT sensor_id) AS sensors_seen
FROM CUMULATE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '0.5' SECOND, INTERVAL '4' SECOND)
GROUP BY window_start, window_end
