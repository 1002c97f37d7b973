SELECT 'container logs' AS name, 'log' AS kind, count() AS rows, min(at_ms) AS first_ms, max(at_ms) AS last_ms FROM log_line FINAL WHERE cluster = {cluster:String}
