-- The hottest row of overlapping windows, some rows late.

CREATE TEMPORARY TABLE sensors (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0.1' SECOND
) LIKE sensors_file;
SELECT ok, temperature, ts, window_start, window_end, place FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, ok ORDER BY temperature DESC, ts ASC) AS place
  FROM HOP(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '2' SECOND, INTERVAL '6' SECOND)
) WHERE place <= 2
