-- Nodes as they were seen, in the shape of KubeNodeInventory. What was not told of them is left out: labels, versions, conditions.
SELECT
    (at_ms + 62135596800000) * 10000 AS TimeGenerated,
    {cluster:String} AS ClusterName,
    toString(name) AS Computer,
    if(created_ms > 0, (created_ms + 62135596800000) * 10000, NULL) AS CreationTimeStamp,
    toString(os) AS OperatingSystem,
    'KubeNodeInventory' AS Type
FROM node_seen
WHERE cluster = {cluster:String} AND event != 'DELETED'
