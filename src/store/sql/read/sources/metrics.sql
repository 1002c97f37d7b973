SELECT if(startsWith(resource, 'nodes/'), 'kernel counters', 'Azure metrics') AS name, if(startsWith(resource, 'nodes/'), 'counters', 'metric') AS kind,
    count() AS rows, min(at_ms) AS first_ms, max(at_ms + interval_ms) AS last_ms
FROM metric_sample FINAL WHERE cluster = {cluster:String} GROUP BY name, kind
