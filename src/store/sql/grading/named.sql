-- A sample of the calls to each name, by a hash that has nothing to do with what they are, each with the addresses that it may have gone to.
WITH
{include grading/day-flows},
{include grading/calls-by-name}
SELECT s.host AS host, s.port AS port, toString(s.sighting) AS call, toString(m.dest_ip) AS address, m.by_chance AS by_chance
FROM (SELECT DISTINCT sighting, host, port FROM by_name ORDER BY cityHash64(sighting) LIMIT {names_sample:UInt64} BY host, port) AS s
LEFT JOIN may_be AS m ON m.sighting = s.sighting
ORDER BY host, port, call, address
