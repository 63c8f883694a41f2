-- With late rows, and an optional part.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0.3' SECOND
) LIKE sensors_file;
SELECT * FROM sensors MATCH_RECOGNIZE (
  PARTITION BY sensor_id
  ORDER BY event_time, ts
  MEASURES A.ts AS first_ts, B.ts AS second_ts, C.ts AS third_ts
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B? C)
  DEFINE A AS A.ok,
    B AS B.ok IS NULL,
    C AS NOT C.ok
)
