-- The pods that are meant, by all that tells of pods. `is_within`: all that is known of it is of the time that is meant.
SELECT
    uid,
    namespace,
    pod,
    any(workload_kind) AS kind,
    any(workload_name) AS workload,
    min(at_ms) >= {from_ms:Int64} AND max(at_ms) < {until_ms:Int64} AS is_within,
    max(is_known) AS is_known
FROM
(
    SELECT *, 1 AS is_known
    FROM
    (
        {include inventory/pod-times}
    )
    UNION ALL
    SELECT pod_uid, namespace, pod, workload_kind, workload_name, arrayJoin([known_from_ms, known_until_ms]), 1 FROM settled_pod WHERE cluster = {cluster:String}
    UNION ALL
    SELECT pod_uid, namespace, pod, '', '', begin_ms, 0 FROM sighting WHERE cluster = {cluster:String}
    UNION ALL
    SELECT pod_uid, namespace, pod, '', '', at_ms, 0 FROM log_line WHERE cluster = {cluster:String}
)
WHERE namespace = {namespace:String} AND ({pod:String} = '' OR pod = {pod:String})
GROUP BY uid, namespace, pod
ORDER BY namespace, pod, uid
