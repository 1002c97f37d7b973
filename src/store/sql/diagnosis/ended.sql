-- Pods that ended in the interval: their addresses, and the band within which they gave them back.
(
    SELECT pod_uid AS uid, any(namespace) AS in_namespace, any(pod) AS name, groupUniqArray(ip) AS ips, min(held_until_ms) AS from_ms, max(may_until_ms) AS until_ms
    FROM pod_lease
    WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND may_until_ms < {open_ms:Int64}
        AND may_until_ms >= {from_ms:Int64} AND held_until_ms < {until_ms:Int64}
    GROUP BY uid
    ORDER BY from_ms, uid
    LIMIT {limit:UInt32}
)
