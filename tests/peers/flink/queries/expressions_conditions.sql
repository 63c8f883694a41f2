-- Comparison, three-valued logic and the conditional functions over NULLs.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
SELECT ts,
  ok AND temperature > 10 AS `both`,
  ok OR temperature > 10 AS `one`,
  NOT (ok OR temperature > 10) AS `neither`,
  temperature IS NULL AS `no_value`,
  sensor_id IS NOT NULL AS `a_value`,
  ok IS TRUE AS `is_true`,
  ok IS NOT TRUE AS `is_not_true`,
  ok IS FALSE AS `is_false`,
  (temperature > 20) IS NOT FALSE AS `is_not_false`,
  status IS DISTINCT FROM 2 AS `distinct_from`,
  sensor_id IS NOT DISTINCT FROM CAST(NULL AS STRING) AS `not_distinct_from`,
  status IN (1, 2, -4) AS `listed`,
  status NOT IN (1, 2) AS `not_listed`,
  sensor_id IN ('s-01', 's-02') AS `listed_text`,
  temperature BETWEEN -10 AND 10 AS `between_bounds`,
  status NOT BETWEEN -1 AND 1 AS `not_between`,
  status = 1 AS `equal`,
  status <> 1 AS `unequal`,
  temperature <= humidity AS `at_most`,
  sensor_id < 's-04' AS `text_less`,
  CASE WHEN temperature > 30 THEN 'hot' WHEN temperature < 0 THEN 'cold' WHEN temperature IS NULL THEN 'none' ELSE 'mild' END AS `chosen`,
  CASE status WHEN 1 THEN 'one' WHEN 2 THEN 'two' END AS `simple_case`,
  IF(temperature > 20, 'warm', 'not warm') AS `ifs`,
  COALESCE(temperature, humidity, -1e0) AS `coalesced`,
  COALESCE(sensor_id, 'none') AS `coalesced_text`,
  NULLIF(status, 2) AS `nulled`,
  IF(status = 0, 0, 100 / status) AS `branch_taken`
FROM sensors WHERE MOD(ts, 17) = 1
