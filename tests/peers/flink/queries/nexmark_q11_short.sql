-- The same with a gap of 300 ms, so that there are many.

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.extra, `dateTime` FROM nexmark WHERE event_type = 2;
SELECT bidder, window_start, window_end, COUNT(*) AS bid_count, MAX(price) AS dearest
FROM SESSION(TABLE bid PARTITION BY bidder, DESCRIPTOR(`dateTime`), INTERVAL '0.3' SECOND)
GROUP BY bidder, window_start, window_end
