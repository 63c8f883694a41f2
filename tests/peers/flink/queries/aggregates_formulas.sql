-- Formulas as arguments and as keys.

CREATE TEMPORARY TABLE logs (
  WATERMARK FOR ts AS ts - INTERVAL '15' SECOND
) LIKE logs_file;
CREATE TEMPORARY VIEW parted AS SELECT ts, UPPER(service) AS unit, status / 100 AS class, latency_ms, message, share FROM logs;
SELECT unit, class, window_start, window_end, SUM(latency_ms * 2 - 1) AS total, MAX(CHAR_LENGTH(message)) AS longest, MIN(message) AS first_message, MAX(message) AS last_message, COUNT(DISTINCT message) AS messages, SUM(ABS(share)) AS shares
FROM TUMBLE(TABLE parted, DESCRIPTOR(ts), INTERVAL '1' MINUTE)
GROUP BY unit, class, window_start, window_end
