-- LIKE with its two signs and an escape.

CREATE TEMPORARY TABLE logs (
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) LIKE logs_file;
SELECT ts, message,
  message LIKE 'user%' AS `begins`,
  message LIKE '%a%' AS `holds`,
  message LIKE 'o_' AS `one_sign`,
  message NOT LIKE '%o%' AS `not_like`,
  message LIKE '50!% off!_%' ESCAPE '!' AS `escaped`,
  message LIKE '%K_ln' AS `unicode`,
  message LIKE 'emoji _ end' AS `emoji`,
  message LIKE '' AS `empty`,
  path LIKE '/shop/%' AS `path_like`
FROM logs WHERE MOD(latency_ms, 5) = 1
