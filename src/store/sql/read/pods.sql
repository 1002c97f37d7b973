-- The pods with these UIDs; all of the cluster's when none are given.
SELECT pod_uid AS uid, any(namespace) AS namespace, any(pod) AS name, any(workload_kind) AS workload_kind, any(workload_name) AS workload_name,
    any(node) AS node, argMin(ip, host_network) AS ip
FROM pod_lease
WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND (empty({uids:Array(String)}) OR pod_uid IN {uids:Array(String)})
GROUP BY pod_uid
