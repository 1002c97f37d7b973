-- Days from {from_ms} on that have flows which may be any pod's of their node, when their flows were, and a text that changes with any verdict, and
-- with what sightings tell.
SELECT
    intDiv(hour_ms, 86400000) * 86400000 AS day_ms,
    min(first_begin_ms) AS from_ms,
    max(last_ms) AS until_ms,
    sum(flows) AS flows,
    concat(toString(groupBitXor(cityHash64(shard, hour_ms, generation, dest_ip, dest_port, protocol, said, node))),
        if(any(s.write) > 0, concat(' ', toString(any(s.write))), '')) AS verdicts
FROM flow_total AS t
LEFT JOIN
(
    SELECT day_ms AS day, max(sighting_day.write) AS write FROM sighting_day WHERE cluster = {cluster:String} GROUP BY day
) AS s ON s.day = intDiv(t.hour_ms, 86400000) * 86400000
WHERE cluster = {cluster:String} AND hour_ms >= {from_ms:Int64}
    AND (shard, hour_ms, tick, generation) IN
        (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
GROUP BY day_ms
HAVING countIf(said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')) > 0
ORDER BY day_ms
