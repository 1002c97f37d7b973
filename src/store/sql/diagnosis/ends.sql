-- Pods that ended in the interval: the band within which they gave their addresses back, and how many of their connections had been asked something then and had
-- no answer yet.
SELECT
    e.uid AS uid, e.in_namespace AS in_namespace, e.name AS name, e.ips AS ips, e.from_ms AS from_ms, e.until_ms AS until_ms,
    countIf(f.uid != '' AND f.last_ms >= e.from_ms - {around_ms:Int64} AND f.last_ms <= e.until_ms + {around_ms:Int64}) AS cut
FROM {include diagnosis/ended} AS e
LEFT JOIN
(
    SELECT toString(pod_uids[1]) AS uid, last_ms
    FROM flow
    WHERE cluster = {cluster:String} AND direction = 0 AND protocol = 6 AND observed_by <= 3 AND verdict = 'exact' AND notEmpty(pod_uids)
        AND last_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64}
        -- More than headers with their options went out, and no more than those came back.
        AND packets_in > 0 AND bytes_out > packets_out * {include diagnosis/header-bytes} AND bytes_in <= packets_in * {include diagnosis/header-bytes}
        AND pod_uids[1] IN (SELECT pod_uid FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND may_until_ms < {open_ms:Int64})
        AND (shard, hour_ms, tick, generation) IN
            (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
) AS f ON f.uid = e.uid
GROUP BY uid, in_namespace, name, ips, from_ms, until_ms
ORDER BY from_ms, uid
