-- Who the pods were that flows of the time before {until_ms} may name: an entry may outlive its pod by five days.
SELECT
    {cluster:String} AS cluster, l.pod_uid AS pod_uid, any(l.namespace) AS namespace, any(l.pod) AS pod,
    any(l.workload_kind) AS workload_kind, any(l.workload_name) AS workload_name,
    least(max(l.may_until_ms), {until_ms:Int64}) AS until_ms, any(t.first_ms) AS known_from_ms, any(t.newest_ms) AS known_until_ms
FROM pod_lease AS l
INNER JOIN
(
    SELECT uid, min(at_ms) AS first_ms, max(at_ms) AS newest_ms
    FROM
    (
        {include inventory/pod-times}
    )
    GROUP BY uid
) AS t ON t.uid = l.pod_uid
WHERE l.cluster = {cluster:String} AND l.generation = {inventory:UInt64} AND l.may_until_ms + 518400000 >= {from_ms:Int64} AND l.may_from_ms < {until_ms:Int64}
GROUP BY l.pod_uid
