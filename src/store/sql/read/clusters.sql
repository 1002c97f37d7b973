SELECT DISTINCT cluster FROM write_log ORDER BY cluster
