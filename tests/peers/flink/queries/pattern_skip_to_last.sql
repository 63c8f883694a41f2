-- At least two rows and one below zero; matching goes on at the last of the first ones.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT * FROM sensors MATCH_RECOGNIZE (
  PARTITION BY sensor_id
  ORDER BY event_time, ts
  MEASURES FIRST(A.ts) AS begun, LAST(A.ts) AS ended, B.ts AS below_at, COUNT(A.ts) AS steps
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST A
  PATTERN (A{2,} B)
  DEFINE A AS A.status >= 0,
    B AS B.status < 0
)
