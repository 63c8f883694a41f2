-- Grouped by nothing, in small windows with many late rows: a delay of 100 ms where disorder is 1.5 s.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0.1' SECOND
) LIKE sensors_file;
SELECT window_start, window_end, COUNT(*) AS n, SUM(ts) AS total
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '0.2' SECOND)
GROUP BY window_start, window_end
