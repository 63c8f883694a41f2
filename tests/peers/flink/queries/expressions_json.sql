-- Values, parts and existence in JSON texts.

CREATE TEMPORARY TABLE logs (
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) LIKE logs_file;
SELECT ts, detail,
  JSON_VALUE(detail, '$.a.b') AS `b_value`,
  JSON_VALUE(detail, '$.c[1]') AS `c_second`,
  JSON_VALUE(detail, '$.c[2]') AS `c_text`,
  JSON_VALUE(detail, '$.d') AS `d_flag`,
  JSON_VALUE(detail, '$.a') AS `no_scalar`,
  JSON_VALUE(detail, '$.c[0]' RETURNING INTEGER) AS `c_number`,
  JSON_QUERY(detail, '$.c') AS `c_part`,
  JSON_QUERY(detail, '$.a') AS `a_part`,
  JSON_EXISTS(detail, '$.a') AS `has_a`,
  JSON_EXISTS(detail, '$.a.b') AS `has_b`,
  JSON_EXISTS(detail, '$.d') AS `has_d`
FROM logs WHERE MOD(latency_ms, 5) = 4 AND detail IS NOT NULL
