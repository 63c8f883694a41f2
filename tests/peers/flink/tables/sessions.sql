CREATE TEMPORARY TABLE sessions_file (
  `user` STRING, page STRING, amount BIGINT, place BIGINT, ts BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${inputs}/sessions.ndjson', 'format' = 'json')
