CREATE TEMPORARY TABLE sensors_file (
  sensor_id STRING, temperature DOUBLE, humidity DOUBLE, status BIGINT, ok BOOLEAN, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/sensors.ndjson', 'format' = 'json')
