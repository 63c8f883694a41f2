-- The same in overlapping windows.

CREATE TEMPORARY TABLE orders (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE orders_file;
CREATE TEMPORARY TABLE shipments (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE shipments_file;
SELECT L.order_id, L.amount, R.carrier, L.window_start, L.window_end
FROM (SELECT * FROM HOP(TABLE orders, DESCRIPTOR(event_time), INTERVAL '3' SECOND, INTERVAL '6' SECOND)) L
JOIN (SELECT * FROM HOP(TABLE shipments, DESCRIPTOR(event_time), INTERVAL '3' SECOND, INTERVAL '6' SECOND)) R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end
