-- What the new generation says differently: how many flows moved from whom to whom.
WITH
    named AS
    (
        SELECT
            f.tuple AS tuple, f.begin_ms AS begin_ms, f.generation AS generation,
            if(f.verdict = 'exact', concat(p.namespace, '/', p.pod), toString(f.verdict)) AS who
        FROM flow AS f
        LEFT JOIN (SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod FROM pod_lease WHERE cluster = {cluster:String} GROUP BY pod_uid) AS p
            ON p.pod_uid = f.pod_uids[1]
        WHERE f.cluster = {cluster:String} AND (f.shard, f.hour_ms) IN (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)})))
            AND f.generation IN {generations:Array(UInt64)}
    )
SELECT before.who AS moved_from, after.who AS moved_to, count() AS flows
FROM (SELECT * FROM named WHERE generation != {generation:UInt64}) AS before
INNER JOIN (SELECT * FROM named WHERE generation = {generation:UInt64}) AS after ON after.tuple = before.tuple AND after.begin_ms = before.begin_ms
WHERE before.who != after.who
GROUP BY moved_from, moved_to
ORDER BY flows DESC, moved_from, moved_to
LIMIT 100
