-- Stretches, on the node's clock, in which the node with this address lost conntrack lines.
SELECT DISTINCT t.ip AS ip, g.from_ms AS from_ms, g.until_ms AS until_ms
FROM (SELECT object, from_ms, until_ms FROM gap WHERE cluster = {cluster:String} AND source = 'conntrack') AS g
INNER JOIN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String}) AS t ON t.object = g.object
ORDER BY ip, from_ms, until_ms
