CREATE TEMPORARY TABLE side_file (
  key BIGINT, `value` STRING
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/side.ndjson', 'format' = 'json')
