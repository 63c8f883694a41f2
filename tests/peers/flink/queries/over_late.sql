-- With late rows: late, for its key, is what is not after the last row that has its result. It looks back so far that
-- Flink does not clear its state before the end of the input: the timers for that make more rows late there.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0.5' SECOND
) LIKE sensors_file;
SELECT * FROM (
  SELECT sensor_id, ts, ok, COUNT(*) OVER w AS n, SUM(status) OVER w AS total, AVG(temperature) OVER w AS average,
    MIN(temperature) OVER w AS low, MAX(temperature) OVER w AS high
  FROM sensors
  WINDOW w AS (PARTITION BY sensor_id ORDER BY event_time RANGE BETWEEN INTERVAL '60' SECOND PRECEDING AND CURRENT ROW)
) WHERE MOD(ts, 7) = 0
