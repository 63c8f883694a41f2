-- Two to three statuses above zero in a row and then one below; each row may begin a match.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT * FROM sensors MATCH_RECOGNIZE (
  PARTITION BY sensor_id
  ORDER BY event_time
  MEASURES FIRST(A.ts) AS begun, LAST(A.ts) AS ended, B.ts AS below_at, AVG(A.temperature) AS average
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A{2,3} B)
  DEFINE A AS A.status > 0,
    B AS B.status < 0
)
