-- The first row of each key by event time; NULL is a key.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT sensor_id, status, ok, ts FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY sensor_id, status ORDER BY event_time ASC) AS place FROM sensors
) WHERE place = 1
