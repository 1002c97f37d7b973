-- Records of flow logs, and of the firewall's. The engine keeps what is asked with each part (`told_of_logs`).
SELECT if(log < 3, 'flow log', 'Azure Firewall') AS name, if(log < 3, 'flow-log', 'firewall') AS kind,
    count() + countIf(begun_ago_ms >= 0) AS rows, min(first_ms) AS first_ms, max(at_ms) AS last_ms
FROM flow_record WHERE cluster = {cluster:String} GROUP BY name, kind
