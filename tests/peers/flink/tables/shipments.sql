CREATE TEMPORARY TABLE shipments_file (
  order_id BIGINT, carrier STRING, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/shipments.ndjson', 'format' = 'json')
