-- Whose pod each is; '' stands for the nodes themselves.
SELECT pod_uid AS uid, any(workload_kind) AS kind, any(namespace) AS space, any(workload_name) AS workload
FROM pod_lease
WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
GROUP BY uid
UNION ALL
SELECT '', '', '', ''
