-- What each object tells of its node's conntrack; whoever listened and heard nothing is complete all the same. With the addresses that it speaks for, and the name of their node where that is said.
SELECT e.object AS object, sum(e.rows) AS rows, min(e.first_ms) AS first_ms, max(e.last_ms) AS last_ms, any(t.node) AS node, any(t.ips) AS ips
FROM
(
    SELECT object, count() + countIf(new_ago_ms >= 0) AS rows, min(first_ms) AS first_ms, max(at_ms) AS last_ms FROM conntrack_event WHERE cluster = {cluster:String} GROUP BY object
    UNION ALL
    SELECT object, 0 AS rows, min(from_ms) AS first_ms, max(until_ms) AS last_ms FROM inventory_look WHERE cluster = {cluster:String} AND of = 'conntrack' GROUP BY object
) AS e
LEFT JOIN
(
    SELECT object, max(node) AS node, groupUniqArray(ip) AS ips FROM conntrack_teller WHERE cluster = {cluster:String} GROUP BY object
) AS t ON t.object = e.object
GROUP BY object
