-- The recorded input as Flink's tables. A query makes its own of one of them by LIKE, with event time and
-- watermark.

CREATE TEMPORARY TABLE sensors_file (
  sensor_id STRING, temperature DOUBLE, humidity DOUBLE, status BIGINT, ok BOOLEAN, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/sensors.ndjson', 'format' = 'json');

CREATE TEMPORARY TABLE early_sensors_file (
  sensor_id STRING, temperature DOUBLE, humidity DOUBLE, status BIGINT, ok BOOLEAN, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/early_sensors.ndjson', 'format' = 'json');

CREATE TEMPORARY TABLE logs_file (
  ts TIMESTAMP_LTZ(3), service STRING, level STRING, status BIGINT, latency_ms BIGINT, path STRING,
  message STRING, share DOUBLE, detail STRING
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/logs.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601');

CREATE TEMPORARY TABLE nexmark_file (
  event_type BIGINT,
  person ROW<id BIGINT, name STRING, city STRING, state STRING, `dateTime` TIMESTAMP_LTZ(3)>,
  auction ROW<id BIGINT, itemName STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP_LTZ(3),
              expires TIMESTAMP_LTZ(3), seller BIGINT, category BIGINT>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP_LTZ(3),
          extra STRING>,
  `dateTime` TIMESTAMP_LTZ(3)
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/nexmark.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601');

CREATE TEMPORARY TABLE side_file (
  key BIGINT, `value` STRING
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/side.ndjson', 'format' = 'json');

CREATE TEMPORARY TABLE sessions_file (
  `user` STRING, page STRING, amount BIGINT, place BIGINT, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/sessions.ndjson', 'format' = 'json');

CREATE TEMPORARY TABLE orders_file (
  order_id BIGINT, currency STRING, amount DOUBLE, customer STRING, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/orders.ndjson', 'format' = 'json');

CREATE TEMPORARY TABLE shipments_file (
  order_id BIGINT, carrier STRING, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/shipments.ndjson', 'format' = 'json');

CREATE TEMPORARY TABLE rates_file (
  currency STRING, rate DOUBLE, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/rates.ndjson', 'format' = 'json');
