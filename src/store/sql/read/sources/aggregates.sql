SELECT 'Traffic Analytics' AS name, 'flow-aggregate' AS kind, count() AS rows, min(from_ms) AS first_ms, max(until_ms) AS last_ms FROM flow_aggregate FINAL WHERE cluster = {cluster:String}
