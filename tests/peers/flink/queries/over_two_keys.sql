-- Looking back by two columns.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT * FROM (
  SELECT sensor_id, ts, ok, COUNT(DISTINCT status) OVER w AS statuses, AVG(temperature) OVER w AS average,
    COUNT(temperature) OVER w AS values_seen, MAX(sensor_id) OVER w AS same_sensor
  FROM sensors
  WINDOW w AS (PARTITION BY sensor_id, ok ORDER BY event_time RANGE BETWEEN INTERVAL '8' SECOND PRECEDING AND CURRENT ROW)
) WHERE MOD(ts, 11) = 5
