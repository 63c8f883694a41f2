CREATE TEMPORARY TABLE side_file (
  line STRING
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/side.csv', 'format' = 'raw')
