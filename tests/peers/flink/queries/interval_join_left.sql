-- Orders up to 5 s before and 2 s after a shipment, both bounds included, left join.

CREATE TEMPORARY TABLE orders (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE orders_file;
CREATE TEMPORARY TABLE shipments (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE shipments_file;
SELECT O.order_id, O.amount, O.event_time, S.order_id AS order_id_right, S.carrier, S.event_time AS event_time_right
FROM orders O
LEFT JOIN shipments S
ON O.order_id = S.order_id AND O.event_time BETWEEN S.event_time - INTERVAL '5' SECOND AND S.event_time + INTERVAL '2' SECOND
