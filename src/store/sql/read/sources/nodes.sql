SELECT 'nodes' AS name, 'inventory' AS kind, count() AS rows, min(at_ms) AS first_ms, max(at_ms) AS last_ms FROM node_seen WHERE cluster = {cluster:String}
