-- Nexmark q14, a calculation and a filter; its count_char is written out.

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.extra, `dateTime` FROM nexmark WHERE event_type = 2;
SELECT auction, bidder, 0.908e0 * price AS price,
  CASE WHEN EXTRACT(HOUR FROM `dateTime`) >= 8 AND EXTRACT(HOUR FROM `dateTime`) <= 18 THEN 'dayTime'
    WHEN EXTRACT(HOUR FROM `dateTime`) <= 6 OR EXTRACT(HOUR FROM `dateTime`) >= 20 THEN 'nightTime' ELSE 'otherTime' END AS bidTimeType,
  `dateTime`, extra, CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', '')) AS c_counts
FROM bid WHERE 0.908e0 * price > 1000000e0 AND 0.908e0 * price < 3000000e0
