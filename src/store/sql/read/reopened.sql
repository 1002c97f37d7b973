-- Windows that were answered anew since {changed_since_ms}, the answer being in force or followed by another. What a killed pass left is not
-- among them: it was done again, with a newer generation, or its generation is not yet reached. What a tick was answered is followed by what its hour is.
SELECT r.shard AS shard, r.hour_ms AS hour_ms, r.tick AS tick, r.before AS before, max(r.generation) AS newest, argMax(r.at_ms, r.generation) AS at_ms,
    argMax(r.flows, r.generation) AS flows, argMax(r.moved, r.generation) AS moved, argMax(r.gone, r.generation) AS gone
FROM window_reopened AS r
INNER JOIN
(
    SELECT shard, hour_ms, tick, max(generation) AS in_force FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick
) AS c ON c.shard = r.shard AND c.hour_ms = r.hour_ms
WHERE r.cluster = {cluster:String}
GROUP BY shard, hour_ms, tick, before
HAVING newest <= maxIf(c.in_force, c.tick IN (0, r.tick)) AND at_ms >= {changed_since_ms:Int64}
