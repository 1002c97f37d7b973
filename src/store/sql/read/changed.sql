-- Flows of which something else is said now than was at {changed_since_ms}: what was said then, and when that changed last. Where a flow
-- changed and changed back, nothing did.
SELECT tuple, flow_ms, max(changed_ms) AS at_ms, argMin((verdict_before, reason_before, uid_before), of) AS was,
    any((now.2, now.3)) AS is
FROM
(
    SELECT
        c.tuple AS tuple, c.generation AS of, c.at_ms AS changed_ms,
        c.verdict_before AS verdict_before, c.reason_before AS reason_before, c.uid_before AS uid_before,
        argMin((f.began_ms, f.verdict, f.uid), (c.begin_ms NOT BETWEEN f.began_ms AND f.ended_ms, abs(f.began_ms - c.begin_ms))) AS now,
        now.1 AS flow_ms,
        min(if(c.begin_ms BETWEEN f.began_ms AND f.ended_ms, 0, abs(f.began_ms - c.begin_ms))) AS apart_ms
    FROM
    (
        SELECT v.tuple AS tuple, v.begin_ms AS begin_ms, v.generation AS generation, r.at_ms AS at_ms,
            toString(v.verdict_before) AS verdict_before, toString(v.reason_before) AS reason_before, toString(v.uid_before) AS uid_before
        FROM verdict_change AS v
        INNER JOIN ({include read/reopened}) AS r
            ON r.shard = v.shard AND r.hour_ms = v.hour_ms AND r.tick = v.tick AND r.before = v.before AND r.newest = v.generation
        WHERE v.cluster = {cluster:String}
    ) AS c
    INNER JOIN
    (
        SELECT tuple, begin_ms AS began_ms, last_ms AS ended_ms, toString(verdict) AS verdict,
            if(verdict IN ('exact', 'relayed'), toString(pod_uids[1]), '') AS uid
        FROM flow
        WHERE cluster = {cluster:String}
            AND (shard, hour_ms, tick, generation) IN
                (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
    ) AS f ON f.tuple = c.tuple
    GROUP BY tuple, of, changed_ms, c.begin_ms, verdict_before, reason_before, uid_before
    HAVING apart_ms <= {idle_ms:Int64}
)
GROUP BY tuple, flow_ms
HAVING (was.1, was.3) != is
