-- Orders and shipments of the same 5 s, full join; NULL is equal to nothing.

CREATE TEMPORARY TABLE orders (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE orders_file;
CREATE TEMPORARY TABLE shipments (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE shipments_file;
SELECT L.order_id, L.amount, L.customer, R.order_id AS order_id_right, R.carrier,
  COALESCE(L.window_start, R.window_start) AS window_start, COALESCE(L.window_end, R.window_end) AS window_end
FROM (SELECT * FROM TUMBLE(TABLE orders, DESCRIPTOR(event_time), INTERVAL '5' SECOND)) L
FULL JOIN (SELECT * FROM TUMBLE(TABLE shipments, DESCRIPTOR(event_time), INTERVAL '5' SECOND)) R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end
