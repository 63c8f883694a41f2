CREATE TEMPORARY TABLE rates_file (
  currency STRING NOT NULL, rate DOUBLE, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/rates.ndjson', 'format' = 'json')
