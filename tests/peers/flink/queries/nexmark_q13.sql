-- Nexmark q13, the bids with what a fixed table says of their auctions.

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.extra, `dateTime` FROM nexmark WHERE event_type = 2;
CREATE TEMPORARY VIEW side AS
SELECT CAST(SPLIT_INDEX(line, ',', 0) AS BIGINT) AS key, SPLIT_INDEX(line, ',', 1) AS `value` FROM side_file WHERE line <> 'key,value';
SELECT B.auction, B.bidder, B.price, B.`dateTime`, S.`value` FROM bid B JOIN side S ON MOD(B.auction, 100) = S.key
