-- A full join of two windows' results, which carry their windows with them.

CREATE TEMPORARY TABLE orders (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE orders_file;
CREATE TEMPORARY TABLE shipments (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '15' SECOND
) LIKE shipments_file;
CREATE TEMPORARY VIEW placed AS
SELECT MOD(order_id, 7) AS bucket, window_start, window_end, COUNT(*) AS n, SUM(amount) AS total
FROM TUMBLE(TABLE orders, DESCRIPTOR(event_time), INTERVAL '2' SECOND) GROUP BY MOD(order_id, 7), window_start, window_end;
CREATE TEMPORARY VIEW sent AS
SELECT MOD(order_id, 7) AS bucket, window_start, window_end, COUNT(*) AS packets
FROM TUMBLE(TABLE shipments, DESCRIPTOR(event_time), INTERVAL '2' SECOND) GROUP BY MOD(order_id, 7), window_start, window_end;
SELECT L.bucket, L.n, L.total, R.bucket AS bucket_right, R.packets,
  COALESCE(L.window_start, R.window_start) AS window_start, COALESCE(L.window_end, R.window_end) AS window_end
FROM placed L FULL JOIN sent R
ON L.bucket = R.bucket AND L.window_start = R.window_start AND L.window_end = R.window_end
