-- What is no number or has no bound, and what is at the edge of a function.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT ts,
  temperature / (humidity - humidity) AS `infinite`,
  (humidity - humidity) / (status * 0e0) AS `nothing_by_nothing`,
  SQRT(temperature) AS `roots`,
  LN(temperature) AS `logarithms`,
  LOG10(status * 1e0) AS `tens`,
  POWER(temperature, 5e-1) AS `powers`,
  EXP(temperature * 100) AS `grown`,
  temperature / (humidity - humidity) > 1e308 AS `is_greater`,
  SIGN(-temperature / (humidity - humidity)) AS `signs`,
  CAST(temperature AS BIGINT) AS `whole`,
  GREATEST(sensor_id, 's-04') AS `greatest_text`,
  LEAST(status, 2, ts) AS `least_flag`,
  MOD(-ts, 7) AS `minus_remainders`,
  ROUND(ts, -3) AS `rounded_whole`,
  1e0 / ROUND(temperature / 1000, 0) AS `rounded_to_nothing`,
  1e0 / SQRT(CEIL(temperature / 1000)) AS `rooted_to_nothing`,
  1e0 / CEIL(temperature / 1000) AS `raised_to_nothing`
FROM sensors WHERE MOD(ts, 29) = 3
