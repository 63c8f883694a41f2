-- Nexmark q11, the bids of each bidder in a session.

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.extra, `dateTime` FROM nexmark WHERE event_type = 2;
SELECT bidder, window_start, window_end, COUNT(*) AS bid_count
FROM SESSION(TABLE bid PARTITION BY bidder, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND)
GROUP BY bidder, window_start, window_end
