-- No delay at all: whatever comes after a later row is late once its window has fired.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0' SECOND
) LIKE sensors_file;
SELECT ok, window_start, window_end, COUNT(*) AS n, MIN(ts) AS first_ts, MAX(ts) AS last_ts
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '1' SECOND)
GROUP BY ok, window_start, window_end
