-- No keys: all rows in one line, those of one time in the order of their sensors.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT * FROM sensors MATCH_RECOGNIZE (
  ORDER BY event_time, sensor_id, temperature
  MEASURES A.ts AS begun, A.sensor_id AS one_sensor, C.sensor_id AS other_sensor, C.ts AS ended, COUNT(B.ts) AS between_them
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{0,2} C) WITHIN INTERVAL '0.2' SECOND
  DEFINE A AS A.temperature > 40,
    B AS B.temperature < 20,
    C AS C.temperature > 40 AND C.sensor_id <> A.sensor_id
)
