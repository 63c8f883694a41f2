CREATE TEMPORARY TABLE early_sensors_file (
  sensor_id STRING, temperature DOUBLE, humidity DOUBLE, status BIGINT, ok BOOLEAN, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/early_sensors.ndjson', 'format' = 'json')
