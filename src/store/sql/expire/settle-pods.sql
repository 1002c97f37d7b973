-- Who the pods were that flows of the time before {until_ms} may name: an entry may outlive its pod by five days.
SELECT
    {cluster:String} AS cluster, pod_uid, any(namespace) AS namespace, any(pod) AS pod, any(workload_kind) AS workload_kind, any(workload_name) AS workload_name,
    least(max(may_until_ms), {until_ms:Int64}) AS until_ms
FROM pod_lease
WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND may_until_ms + 518400000 >= {from_ms:Int64} AND may_from_ms < {until_ms:Int64}
GROUP BY pod_uid
