-- Columns in another order and with other names.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT ts AS millisecond, sensor_id AS sensor FROM sensors WHERE humidity > 96e0
