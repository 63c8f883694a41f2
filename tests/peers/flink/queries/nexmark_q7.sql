-- Nexmark q7, the highest bid of each 10 s.

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.extra, `dateTime` FROM nexmark WHERE event_type = 2;
CREATE TEMPORARY VIEW highest AS
SELECT MAX(price) AS maxprice, window_time AS ended
FROM TUMBLE(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND) GROUP BY window_start, window_end, window_time;
SELECT B.auction, B.price, B.bidder, B.`dateTime` FROM bid B JOIN highest H
ON B.price = H.maxprice AND B.`dateTime` BETWEEN H.ended - INTERVAL '9.999' SECOND AND H.ended
