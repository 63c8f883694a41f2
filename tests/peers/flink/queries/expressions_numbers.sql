-- Arithmetic, rounding and the functions of numbers, with NULLs and negative values.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT ts,
  status + 2 * status - 7 AS `sums`,
  status / 2 AS `quotients`,
  (status - 5) / 3 AS `negative_quotients`,
  status % 3 AS `remainders`,
  MOD(status * 7, 4) AS `mods`,
  -status AS `minus`,
  status * temperature - humidity / 3e0 AS `mixed`,
  temperature / 7e0 AS `double_quotients`,
  ABS(temperature) AS `absolutes`,
  ABS(status) AS `absolute_statuses`,
  CEIL(temperature) AS `ceilings`,
  FLOOR(temperature) AS `floors`,
  ROUND(temperature) AS `rounded`,
  ROUND(temperature, 1) AS `rounded_1`,
  ROUND(status * 7, -1) AS `rounded_tens`,
  ROUND(temperature, -1) AS `rounded_minus`,
  SIGN(temperature) AS `signs`,
  SIGN(status) AS `status_signs`,
  SQRT(ABS(temperature)) AS `roots`,
  POWER(temperature, 3) AS `powers`,
  POWER(status, 2) AS `whole_powers`,
  EXP(temperature / 20e0) AS `exponentials`,
  LN(ABS(temperature) + 1e0) AS `logarithms`,
  LOG10(humidity + 1e0) AS `decimal_logarithms`,
  GREATEST(status, 1) AS `greatest`,
  LEAST(temperature, humidity, 12e0) AS `least`
FROM sensors WHERE MOD(ts, 17) = 0
