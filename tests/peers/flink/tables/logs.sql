CREATE TEMPORARY TABLE logs_file (
  ts TIMESTAMP_LTZ(3), service STRING, level STRING, status BIGINT, latency_ms BIGINT, path STRING,
  message STRING, share DOUBLE, detail STRING
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/logs.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601')
