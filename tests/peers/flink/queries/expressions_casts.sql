-- CAST and TRY_CAST between the types.

CREATE TEMPORARY TABLE logs (
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) LIKE logs_file;
SELECT ts, share,
  CAST(share AS BIGINT) AS `whole`,
  CAST(status AS DOUBLE) / 3 AS `wide`,
  CAST(status AS STRING) AS `status_text`,
  CAST(CAST(latency_ms AS STRING) AS BIGINT) + 1 AS `number_of_text`,
  TRY_CAST(message AS BIGINT) AS `tried`,
  TRY_CAST(SPLIT_INDEX(path, '/', 3) AS DOUBLE) AS `tried_double`,
  CAST(share > 0 AS STRING) AS `flag_text`,
  CAST('true' AS BOOLEAN) AS `flag_of_text`,
  CAST('2023-11-15 01:02:03.004' AS TIMESTAMP_LTZ(3)) AS `time_of_text`,
  TRY_CAST(message AS TIMESTAMP_LTZ(3)) AS `tried_time`,
  CAST(NULL AS BIGINT) AS `null_cast`
FROM logs WHERE MOD(latency_ms, 5) = 3
