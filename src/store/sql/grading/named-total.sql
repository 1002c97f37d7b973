-- What became of the calls that told a name alone.
INSERT INTO named_total
SELECT {cluster:String}, {generation:UInt64}, format, countIf(n.how = 1), countIf(n.how = 2), countIf(n.how = 0)
FROM sighting AS s
LEFT JOIN
(
    SELECT sighting, argMax(how, chance) AS how FROM named_call WHERE cluster = {cluster:String} AND generation = {generation:UInt64} GROUP BY sighting
) AS n ON n.sighting = s.identity
WHERE cluster = {cluster:String} AND kind IN ('client', 'log', 'network') AND s.dest_ip = toIPv6('::') AND s.dest_host != ''
    AND s.begin_ms >= {day_ms:Int64} AND s.begin_ms < {day_ms:Int64} + 86400000
GROUP BY format
