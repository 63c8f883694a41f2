-- Ways that part by conditions, change and meet again.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) LIKE sensors_file;
SELECT sensor_id, ts, 'hot' AS kind FROM sensors WHERE temperature > 58
UNION ALL
SELECT sensor_id, ts, 'cold' AS kind FROM sensors WHERE temperature < -28
UNION ALL
SELECT sensor_id, ts, 'unknown' AS kind FROM sensors WHERE temperature IS NULL AND status = 4
