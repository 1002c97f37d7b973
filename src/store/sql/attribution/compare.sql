-- Each flow of the answers that are replaced beside what the new generation says of it, where that differs. Which flow it is now follows
-- the rule by which ids resolve: the one on its tuple that was alive as it began, else the one that began nearest, within {idle_ms}.
-- `gone`: there is none. Where something better tells of what Traffic Analytics summed up, no flow is gone.
CREATE TABLE {compared:Identifier} ENGINE = Memory AS
SELECT
    o.shard AS shard, o.hour_ms AS hour_ms, o.tick AS tick, o.before AS before, o.tuple AS tuple, o.begin_ms AS begin_before_ms,
    o.verdict AS verdict_before, o.reason AS reason_before, o.uid AS uid_before,
    argMin((n.begin_ms, n.verdict, n.reason, n.uid), (o.begin_ms NOT BETWEEN n.begin_ms AND n.last_ms, abs(n.begin_ms - o.begin_ms))) AS now,
    max(n.is_flow AND (o.begin_ms BETWEEN n.begin_ms AND n.last_ms OR abs(n.begin_ms - o.begin_ms) <= {idle_ms:Int64})) = 0 AS gone
FROM
(
    SELECT
        shard, hour_ms, tick, generation AS before, tuple, begin_ms, observed_by = 4 AS summed, toString(verdict) AS verdict, reason,
        if(verdict IN ('exact', 'relayed'), toString(pod_uids[1]), '') AS uid
    FROM flow
    WHERE cluster = {cluster:String} AND last_ms >= {from_ms:Int64}
        AND (shard, hour_ms, tick, generation) IN (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)}, {w_tick:Array(UInt16)}, {w_before:Array(UInt64)})))
) AS o
LEFT JOIN
(
    SELECT
        tuple, begin_ms, last_ms, toString(verdict) AS verdict, reason,
        if(verdict IN ('exact', 'relayed'), toString(pod_uids[1]), '') AS uid, 1 AS is_flow
    FROM flow
    WHERE cluster = {cluster:String} AND last_ms >= {from_ms:Int64} AND generation = {generation:UInt64}
) AS n ON n.tuple = o.tuple
GROUP BY shard, hour_ms, tick, before, tuple, begin_before_ms, summed, verdict_before, reason_before, uid_before
HAVING if(gone, NOT summed, (verdict_before, uid_before) != (now.2, now.4))
