-- Documents of Azure have no time.
SELECT 'Azure resources' AS name, 'network' AS kind, count() AS rows, 0 AS first_ms, 0 AS last_ms FROM azure_resource FINAL WHERE cluster = {cluster:String}
