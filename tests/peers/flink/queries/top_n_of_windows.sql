-- The three sensors with most rows in each 5 s, by a total order.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE sensors_file;
CREATE TEMPORARY VIEW counted AS
SELECT sensor_id, window_start, window_end, COUNT(*) AS n
FROM TUMBLE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '5' SECOND)
GROUP BY sensor_id, window_start, window_end;
SELECT sensor_id, n, window_start, window_end, place FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC, sensor_id ASC) AS place FROM counted
) WHERE place <= 3
