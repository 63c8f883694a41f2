-- The two hottest rows of each sensor in 20 s; equal ones in the order of arrival.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, temperature, ts, window_start, window_end, place FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, sensor_id ORDER BY temperature DESC) AS place
  FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '20' SECOND)
) WHERE place <= 2
