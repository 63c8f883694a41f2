-- A window over two files that meet; time goes on as in the slower of them.

CREATE TEMPORARY TABLE orders (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '1' SECOND
) LIKE orders_file;
CREATE TEMPORARY TABLE shipments (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '12' SECOND
) LIKE shipments_file;
CREATE TEMPORARY VIEW both_kinds AS
SELECT order_id, event_time FROM orders UNION ALL SELECT order_id, event_time FROM shipments;
SELECT MOD(order_id, 5) AS bucket, window_start, window_end, COUNT(*) AS n, SUM(order_id) AS total
FROM TUMBLE(TABLE both_kinds, DESCRIPTOR(event_time), INTERVAL '10' SECOND)
GROUP BY MOD(order_id, 5), window_start, window_end
