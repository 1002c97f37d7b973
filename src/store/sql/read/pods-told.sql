-- Leases of the pods that go by one of these UIDs, names or addresses.
SELECT pod_uid AS uid, namespace, pod AS name, workload_kind, workload_name, node, ip, host_network, may_from_ms, held_from_ms, held_until_ms, may_until_ms
FROM pod_lease
WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    AND (pod_uid IN {uids:Array(String)} OR pod IN {names:Array(String)} OR ip IN (SELECT arrayJoin({ips:Array(IPv6)})))
ORDER BY may_from_ms, pod_uid
