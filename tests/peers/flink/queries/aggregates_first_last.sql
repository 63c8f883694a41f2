-- The first and the last value that is not NULL, in the order of arrival.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, window_start, window_end, FIRST_VALUE(temperature) AS first_temperature, LAST_VALUE(temperature) AS last_temperature, LAST_VALUE(status) AS last_status
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '10' SECOND)
GROUP BY sensor_id, window_start, window_end
