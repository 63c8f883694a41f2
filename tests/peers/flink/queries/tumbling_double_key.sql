-- A DOUBLE as key.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
CREATE TEMPORARY VIEW rounded_sensors AS
SELECT ROUND(temperature / 10e0) AS share, event_time FROM sensors;
SELECT share, window_start, window_end, COUNT(*) AS n
FROM TUMBLE(TABLE rounded_sensors, DESCRIPTOR(event_time), INTERVAL '30' SECOND)
GROUP BY share, window_start, window_end
