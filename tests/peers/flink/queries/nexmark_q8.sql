-- Nexmark q8, people who began an auction in the 10 s in which they came.

CREATE TEMPORARY TABLE nexmark (
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) LIKE nexmark_file;
CREATE TEMPORARY VIEW newcomers AS
SELECT id, name, window_start, window_end FROM (SELECT person.id AS id, person.name AS name, window_start, window_end
  FROM TUMBLE(TABLE nexmark, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND) WHERE event_type = 0)
GROUP BY id, name, window_start, window_end;
CREATE TEMPORARY VIEW sellers AS
SELECT seller, window_start, window_end FROM (SELECT auction.seller AS seller, window_start, window_end
  FROM TUMBLE(TABLE nexmark, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND) WHERE event_type = 1)
GROUP BY seller, window_start, window_end;
SELECT P.id, P.name, P.window_start FROM newcomers P JOIN sellers A
ON P.id = A.seller AND P.window_start = A.window_start AND P.window_end = A.window_end
