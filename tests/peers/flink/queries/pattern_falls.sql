-- Falls of a temperature and the rise after them.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT * FROM sensors MATCH_RECOGNIZE (
  PARTITION BY sensor_id
  ORDER BY event_time, ts
  MEASURES STRT.ts AS begun, LAST(DOWN.ts) AS bottom, UP.ts AS risen, COUNT(DOWN.ts) AS steps, STRT.temperature AS high, LAST(DOWN.temperature) AS low
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (STRT DOWN+ UP)
  DEFINE DOWN AS (LAST(DOWN.temperature, 1) IS NULL AND DOWN.temperature < STRT.temperature) OR DOWN.temperature < LAST(DOWN.temperature, 1),
    UP AS UP.temperature > LAST(DOWN.temperature)
)
