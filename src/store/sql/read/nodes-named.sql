-- The nodes that anything names: the inventory, pods, connection tracking, the kernel's counters, applications.
SELECT DISTINCT name
FROM
(
    SELECT node AS name FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    UNION ALL
    SELECT node FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    UNION ALL
    SELECT DISTINCT node FROM conntrack_event WHERE cluster = {cluster:String}
    UNION ALL
    SELECT DISTINCT node FROM sighting WHERE cluster = {cluster:String}
    UNION ALL
    SELECT DISTINCT substring(resource, length({prefix:String}) + 1) FROM metric_sample
    WHERE cluster = {cluster:String} AND startsWith(resource, {prefix:String})
)
WHERE name != ''
ORDER BY name
