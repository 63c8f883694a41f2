-- Rows for which a condition is false or unknown stop.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, temperature, ts FROM sensors WHERE temperature > 57e0 OR sensor_id IS NULL AND humidity < 20e0
