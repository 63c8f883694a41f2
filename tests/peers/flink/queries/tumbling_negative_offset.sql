-- Windows moved back.
-- With a delay beyond the end: Flink loses rows of windows with an offset whenever its watermark moves (FLINK-36664).

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '1' HOUR
) LIKE sensors_file;
SELECT ok, window_start, window_end, COUNT(*) AS n, MAX(status) AS high
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '10' SECOND, INTERVAL -'3' SECOND)
GROUP BY ok, window_start, window_end
