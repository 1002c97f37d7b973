-- Stretches, on the node's clock, in which the node with this address lost conntrack lines. What an agent's objects say, each of one start of
-- it, is said of the node.
SELECT DISTINCT t.ip AS ip, g.from_ms AS from_ms, g.until_ms AS until_ms
FROM
(
    SELECT if(match(object, '^conntrack/[^/]+/[0-9]+$'), splitByChar('/', object)[2], object) AS teller, from_ms, until_ms
    FROM gap WHERE cluster = {cluster:String} AND source = 'conntrack'
) AS g
INNER JOIN
(
    SELECT DISTINCT if(match(object, '^conntrack/[^/]+/[0-9]+$'), splitByChar('/', object)[2], object) AS teller, ip
    FROM conntrack_teller WHERE cluster = {cluster:String}
) AS t ON t.teller = g.teller
ORDER BY ip, from_ms, until_ms
