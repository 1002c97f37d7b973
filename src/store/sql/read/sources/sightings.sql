SELECT multiIf(format = 'otlp', 'OTLP', format = 'ContainerLogV2', 'container logs with ids', toString(format)) AS name, 'sighting' AS kind,
    count() AS rows, min(begin_ms) AS first_ms, max(begin_ms) AS last_ms
FROM sighting WHERE cluster = {cluster:String} GROUP BY format
