-- Orders for which there is a shipment in the same 5 s.

CREATE TEMPORARY TABLE orders (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE orders_file;
CREATE TEMPORARY TABLE shipments (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE shipments_file;
SELECT L.order_id, L.amount, L.customer, L.window_start, L.window_end
FROM (SELECT * FROM TUMBLE(TABLE orders, DESCRIPTOR(event_time), INTERVAL '5' SECOND)) L
WHERE EXISTS (
  SELECT * FROM (SELECT * FROM TUMBLE(TABLE shipments, DESCRIPTOR(event_time), INTERVAL '5' SECOND)) R
  WHERE L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end
)
