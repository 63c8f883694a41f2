-- Every aggregate that has a counterpart, over groups with NULLs.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, COUNT(humidity) AS humidities, COUNT(DISTINCT status) AS statuses,
  SUM(status) AS status_sum, SUM(temperature) AS temperature_sum, AVG(status) AS whole_average,
  AVG(CAST(status AS DOUBLE)) AS average, AVG(temperature) AS temperature_average, MIN(status) AS status_low,
  MAX(status) AS status_high, MIN(sensor_id) AS text_low, MAX(sensor_id) AS text_high, MIN(event_time) AS time_low,
  MAX(event_time) AS time_high, STDDEV_SAMP(temperature) AS deviation, STDDEV_POP(temperature) AS whole_deviation,
  VAR_SAMP(temperature) AS variance, VAR_POP(temperature) AS whole_variance,
  STDDEV_POP(CAST(status AS DOUBLE)) AS status_deviation
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '10' SECOND)
GROUP BY sensor_id, window_start, window_end
