-- Leases in the shape of KubePodInventory: a row at each full minute at which the pod certainly held its address, and one at the first moment.
-- Times are Kusto's ticks. What no lease tells is left out: statuses, containers, labels, when the pod was made.
SELECT
    (at_ms + 62135596800000) * 10000 AS TimeGenerated,
    {cluster:String} AS ClusterName,
    toString(pod) AS Name,
    toString(namespace) AS Namespace,
    pod_uid AS PodUid,
    replaceRegexpOne(toString(ip), '^::ffff:', '') AS PodIp,
    toString(node) AS Computer,
    toString(workload_kind) AS ControllerKind,
    workload_name AS ControllerName,
    'KubePodInventory' AS Type
FROM
(
    SELECT
        * EXCEPT (held_from_ms),
        arrayJoin(arrayConcat(
            [held_from_ms],
            arrayFilter(m -> m > held_from_ms, range(intDiv(held_from_ms, 60000) * 60000, greatest(held_until_ms, held_from_ms), 60000)))) AS at_ms
    FROM pod_lease
    WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
)
