-- Nexmark q5, the hottest auctions of the last 10 s, every 2 s; several where they have equally many bids.

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.extra, `dateTime` FROM nexmark WHERE event_type = 2;
CREATE TEMPORARY VIEW counts AS
SELECT auction, window_start, window_end, window_time, COUNT(*) AS num
FROM HOP(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '2' SECOND, INTERVAL '10' SECOND)
GROUP BY auction, window_start, window_end, window_time;
CREATE TEMPORARY VIEW most AS
SELECT window_start, window_end, MAX(num) AS maxn
FROM counts GROUP BY window_start, window_end;
SELECT L.auction, L.num, L.window_start, L.window_end FROM counts L
JOIN most R ON L.window_start = R.window_start AND L.window_end = R.window_end AND L.num = R.maxn
