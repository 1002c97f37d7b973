-- When something was told of each pod, and from when on it held an address.
SELECT uid, namespace, name AS pod, workload_kind, workload_name, arrayJoin([at_ms, if(created_ms > 0, created_ms, at_ms)]) AS at_ms
FROM pod_seen WHERE cluster = {cluster:String}
UNION ALL
SELECT pod_uid, namespace, pod, workload_kind, workload_name, held_from_ms FROM pod_lease WHERE cluster = {cluster:String}
