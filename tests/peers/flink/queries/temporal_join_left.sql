-- Orders with the rate of their time, left join; times of both are out of order.

CREATE TEMPORARY TABLE orders (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE orders_file;
CREATE TEMPORARY TABLE rates (
  event_time AS TO_TIMESTAMP_LTZ(ts, 3), PRIMARY KEY (currency) NOT ENFORCED,
  WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) LIKE rates_file;
SELECT O.order_id, O.currency, O.amount, O.event_time, R.rate, R.event_time AS event_time_right
FROM orders O
LEFT JOIN rates FOR SYSTEM_TIME AS OF O.event_time AS R
ON O.currency = R.currency
