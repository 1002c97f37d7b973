-- Stretches in which nobody says to have listened: between two in which somebody did (a process that was killed, a segment that was lost);
-- on a node with an agent also from its birth to the first of them, and from the last to its death. With the node's addresses.
WITH
    heard AS
    (
        SELECT if(match(object, '^conntrack/[^/]+/[0-9]+$'), splitByChar('/', object)[2], object) AS teller, from_ms, until_ms
        FROM inventory_look WHERE cluster = {cluster:String} AND of = 'conntrack'
    ),
    nodes AS
    (
        SELECT name, minIf(created_ms, created_ms > 0) AS born_ms, maxIf(at_ms, event = 'deleted') AS died_ms, maxIf(at_ms, event != 'deleted') AS alive_ms
        FROM node_seen WHERE cluster = {cluster:String} GROUP BY name
    ),
    ends AS (SELECT teller, min(from_ms) AS first_ms, max(until_ms) AS last_ms FROM heard GROUP BY teller)
SELECT s.teller AS teller, s.from_ms AS from_ms, s.until_ms AS until_ms, s.why AS why, t.ips AS ips
FROM
(
    SELECT teller, before_ms AS from_ms, again_ms AS until_ms, 'nobody says to have listened' AS why
    FROM
    (
        SELECT teller, from_ms AS again_ms,
            max(until_ms) OVER (PARTITION BY teller ORDER BY from_ms, until_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_ms
        FROM heard
    )
    WHERE before_ms > 0 AND again_ms > before_ms
    UNION ALL
    -- What was said before {kept_ms} is no longer kept.
    SELECT e.teller, greatest(n.born_ms, {kept_ms:Int64}), e.first_ms, 'the node was there before its agent listened'
    FROM ends AS e INNER JOIN nodes AS n ON n.name = e.teller WHERE n.born_ms > 0 AND greatest(n.born_ms, {kept_ms:Int64}) < e.first_ms
    UNION ALL
    SELECT e.teller, e.last_ms, n.died_ms, 'the node went, and its agent was not heard to the end'
    FROM ends AS e INNER JOIN nodes AS n ON n.name = e.teller WHERE n.died_ms > e.last_ms AND n.died_ms > n.alive_ms
) AS s
LEFT JOIN
(
    SELECT if(match(object, '^conntrack/[^/]+/[0-9]+$'), splitByChar('/', object)[2], object) AS teller, groupUniqArray(ip) AS ips
    FROM conntrack_teller WHERE cluster = {cluster:String} GROUP BY teller
) AS t ON t.teller = s.teller
ORDER BY teller, from_ms, until_ms
