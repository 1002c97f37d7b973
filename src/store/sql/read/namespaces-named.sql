-- The namespaces that anything names: the inventory, and applications.
SELECT DISTINCT name
FROM
(
    SELECT namespace AS name FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    UNION ALL
    SELECT DISTINCT namespace FROM sighting WHERE cluster = {cluster:String}
)
WHERE name != ''
ORDER BY name
