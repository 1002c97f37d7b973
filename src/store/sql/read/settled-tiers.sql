-- What is counted of what is settled, by how finely, and of that what the edges of the interval cut: it is counted whole.
WITH
    pods AS
    (
        SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod, any(workload_kind) AS workload_kind, any(workload_name) AS workload_name
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY pod_uid
        {include read/pods-settled}
    )
SELECT
    lasts_ms,
    arrayJoin(arrayConcat([''], if(first_last_ms < {settled_from_ms:Int64}, ['from'], []), if(last_begin_ms >= {until_ms:Int64}, ['until'], []))) AS edge,
    min(at_ms) AS from_ms, max(at_ms + lasts_ms) AS until_ms, round(sum(flows), 9) AS flows, round(sum(bytes_out + bytes_in), 3) AS bytes
FROM
(
    {include read/settled-counted}
)
WHERE 1
    {include read/by-pods}
GROUP BY lasts_ms, edge
ORDER BY edge, lasts_ms DESC
