CREATE TEMPORARY TABLE orders_file (
  order_id BIGINT, currency STRING, amount DOUBLE, customer STRING, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/orders.ndjson', 'format' = 'json')
