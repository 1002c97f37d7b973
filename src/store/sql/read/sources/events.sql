SELECT 'events' AS name, 'event' AS kind, count() AS rows, min(first_ms) AS first_ms, max(last_ms) AS last_ms FROM kubernetes_event FINAL WHERE cluster = {cluster:String}
