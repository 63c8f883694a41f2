-- The functions of texts, in several scripts; positions count code points.

CREATE TEMPORARY TABLE logs (
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) LIKE logs_file;
SELECT ts, message,
  UPPER(REPLACE(message, 'ß', 's')) AS `uppers`,
  LOWER(message) AS `lowers`,
  TRIM(message) AS `trimmed`,
  TRIM(BOTH 'x' FROM message) AS `trimmed_x`,
  TRIM(LEADING 'x' FROM message) AS `trimmed_start`,
  TRIM(TRAILING 'x' FROM message) AS `trimmed_end`,
  SUBSTRING(message, 2, 3) AS `parts`,
  SUBSTRING(message, 4) AS `tails`,
  SUBSTRING(message, -3) AS `from_end`,
  SUBSTRING(message, -3, 2) AS `from_end_2`,
  SUBSTRING(message, 0, 2) AS `zero_start`,
  SUBSTRING(message, 40) AS `beyond`,
  SUBSTRING(message FROM 3 FOR 2) AS `from_for`,
  CHAR_LENGTH(message) AS `lengths`,
  POSITION('a' IN message) AS `places`,
  REPLACE(message, 'a', '<A>') AS `replaced`,
  CONCAT(level, ': ', message) AS `concatenated`,
  service || '/' || level AS `joined`,
  REGEXP_EXTRACT(message, 'id=([0-9]+)', 1) AS `digits`,
  REGEXP_EXTRACT(message, '[a-z]+=[a-z]+') AS `whole_match`,
  REGEXP_REPLACE(message, '[aeiou]', '*') AS `stars`,
  SPLIT_INDEX(path, '/', 2) AS `second`,
  SPLIT_INDEX(message, ',', 2) AS `third_part`,
  MD5(message) AS `md5_sums`,
  SHA256(message) AS `sha256_sums`
FROM logs WHERE MOD(latency_ms, 11) = 5
