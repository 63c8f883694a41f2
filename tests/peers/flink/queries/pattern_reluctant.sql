-- As few rows as possible until a hot one.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT * FROM sensors MATCH_RECOGNIZE (
  PARTITION BY sensor_id
  ORDER BY event_time
  MEASURES A.ts AS begun, COUNT(B.ts) AS between_them, C.ts AS ended
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B*? C)
  DEFINE A AS A.temperature < -10,
    B AS B.temperature < 45,
    C AS C.temperature > 30
)
