-- Rounding and texts of times before 1970. EXTRACT is left out: Flink gives year 1970 and second -10 for 1969-12-31 23:59:49.

CREATE TEMPORARY TABLE early_sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '1' SECOND
) LIKE early_sensors_file;
SELECT ts,
  FLOOR(event_time TO SECOND) AS `floor_second`,
  CEIL(event_time TO MINUTE) AS `ceil_minute`,
  FLOOR(event_time TO DAY) AS `floor_day`,
  DATE_FORMAT(event_time, 'yyyy-MM-dd HH:mm:ss.SSS') AS `written`,
  CAST(event_time AS STRING) AS `as_text`,
  MOD(ts, 1000) AS `remainders`
FROM early_sensors WHERE MOD(ts, 3) = 0 OR MOD(ts, 3) = -1
