-- Nexmark q0, the bids as they are (of one auction in ten, to keep the result small).

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.extra, `dateTime` FROM nexmark WHERE event_type = 2;
SELECT auction, bidder, price, `dateTime`, extra FROM bid WHERE MOD(auction, 10) = 3
