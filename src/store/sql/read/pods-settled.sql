-- And who they were of whom sums alone are left.
UNION ALL
SELECT pod_uid, argMax(p.namespace, p.until_ms), argMax(p.pod, p.until_ms), argMax(p.workload_kind, p.until_ms), argMax(p.workload_name, p.until_ms)
FROM settled_pod AS p
WHERE cluster = {cluster:String}
    AND pod_uid NOT IN (SELECT pod_uid FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64})
GROUP BY pod_uid
