-- No key; rows of the same time see each other.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT * FROM (
  SELECT sensor_id, ts, ok, COUNT(*) OVER w AS n, SUM(ts) OVER w AS total
  FROM sensors
  WINDOW w AS (ORDER BY event_time RANGE BETWEEN INTERVAL '0.02' SECOND PRECEDING AND CURRENT ROW)
) WHERE MOD(ts, 10) = 7
