-- A hot row, any number of mild ones, a cold one, all within 3 s.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT * FROM sensors MATCH_RECOGNIZE (
  PARTITION BY sensor_id
  ORDER BY event_time
  MEASURES A.ts AS hot_at, C.ts AS cold_at, COUNT(B.ts) AS between_them, SUM(B.status) AS total
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B* C) WITHIN INTERVAL '3' SECOND
  DEFINE A AS A.temperature > 35,
    B AS B.temperature BETWEEN 5 AND 35,
    C AS C.temperature < 5
)
