-- Stretches in which a watch of all namespaces missed no pod. One that never showed kube-system, or nothing else, watched something narrower.
SELECT DISTINCT from_ms, until_ms
FROM inventory_look
WHERE cluster = {cluster:String} AND of = 'pods' AND kind = 'watch'
    AND object IN
    (
        SELECT object FROM pod_seen WHERE cluster = {cluster:String}
        GROUP BY object HAVING countIf(namespace = 'kube-system') > 0 AND uniqExact(namespace) > 1
    )
ORDER BY from_ms
