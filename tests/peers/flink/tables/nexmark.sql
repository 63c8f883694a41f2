CREATE TEMPORARY TABLE nexmark_file (
  event_type BIGINT,
  person ROW<id BIGINT, name STRING, city STRING, state STRING, `dateTime` TIMESTAMP_LTZ(3)>,
  auction ROW<id BIGINT, itemName STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP_LTZ(3),
              expires TIMESTAMP_LTZ(3), seller BIGINT, category BIGINT>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP_LTZ(3),
          extra STRING>,
  `dateTime` TIMESTAMP_LTZ(3)
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/nexmark.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601')
