-- Windows moved back.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT ok, window_start, window_end, COUNT(*) AS n, MAX(status) AS high
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '10' SECOND, INTERVAL -'3' SECOND)
GROUP BY ok, window_start, window_end
