-- A window of a day on a time zone other than UTC, by its offset.

CREATE TEMPORARY TABLE logs (
  WATERMARK FOR ts AS ts - INTERVAL '15' SECOND
) LIKE logs_file;
SELECT service, window_start, window_end, COUNT(*) AS n, SUM(latency_ms) AS total
FROM TUMBLE(TABLE logs, DESCRIPTOR(ts), INTERVAL '1' DAY, INTERVAL '-8' HOUR)
GROUP BY service, window_start, window_end
