-- Windows moved by an offset.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT status, window_start, window_end, COUNT(*) AS n, SUM(humidity) AS total
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '7' SECOND, INTERVAL '1.5' SECOND)
GROUP BY status, window_start, window_end
