-- Few rows: each step gives every key seen so far, and none before its first row.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
CREATE TEMPORARY VIEW hot AS SELECT * FROM sensors WHERE temperature > 54;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, SUM(status) AS total, MAX(temperature) AS high
FROM CUMULATE(TABLE hot, DESCRIPTOR(event_time), INTERVAL '1' SECOND, INTERVAL '6' SECOND)
GROUP BY sensor_id, window_start, window_end
