-- What is known of each address: the pods and nodes that had it, the gaps of its conntrack, its clock; the first row is any unknown address.
-- Most addresses are one node's all the time, in numbers; lists are for the rest.
-- The queries fetch a number by place out of one array, which costs a tenth of carrying it through a join.
CREATE TABLE {address:Identifier} ENGINE = Memory AS
WITH
    leases_by_ip AS
    (
        SELECT ip, groupArray((may_from_ms, held_from_ms, held_until_ms, may_until_ms, p.n, l.node)) AS leases
        FROM pod_lease AS l
        INNER JOIN {pod:Identifier} AS p ON p.uid = l.pod_uid
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY ip
    ),
    -- Stretches in which a node had any pod.
    occupied AS
    (
        SELECT node, groupArray((from_ms, until_ms)) AS spans
        FROM
        (
            SELECT node, island, min(may_from_ms) AS from_ms, max(may_until_ms) AS until_ms
            FROM
            (
                SELECT node, may_from_ms, may_until_ms,
                    sum(apart) OVER (PARTITION BY node ORDER BY may_from_ms, may_until_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
                FROM
                (
                    SELECT node, may_from_ms, may_until_ms,
                        may_from_ms > max(may_until_ms) OVER (PARTITION BY node ORDER BY may_from_ms, may_until_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS apart
                    FROM pod_lease
                    WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
                )
            )
            GROUP BY node, island
        )
        GROUP BY node
    ),
    nodes_by_ip AS
    (
        SELECT ip, arraySort(n -> (-n.1, n.3), groupArray((may_from_ms, may_until_ms, node_uid, l.node, os = 'windows', spans))) AS nodes
        FROM node_lease AS l
        LEFT JOIN occupied AS o ON o.node = l.node
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY ip
    ),
    gaps_by_ip AS
    (
        SELECT t.ip AS ip, groupArray((g.from_ms, g.until_ms)) AS gaps
        FROM (SELECT DISTINCT object, from_ms, until_ms FROM gap WHERE cluster = {cluster:String} AND source = 'conntrack') AS g
        INNER JOIN (SELECT DISTINCT object, ip FROM conntrack_teller WHERE cluster = {cluster:String}) AS t ON t.object = g.object
        GROUP BY ip
    )
SELECT
    toUInt32(row_number() OVER (ORDER BY a.ip)) AS n,
    a.ip AS ip, own.leases AS leases, g.gaps AS gaps,
    length(d.nodes) = 1 AND length(d.nodes[1].6) = 1 AS one_node,
    if(one_node, d.nodes[1].1, 0) AS node_from, if(one_node, d.nodes[1].2, 0) AS node_until,
    if(one_node, d.nodes[1].4, '') AS node, one_node AND d.nodes[1].5 AS windows,
    if(one_node, d.nodes[1].6[1].1, 0) AS pods_from, if(one_node, d.nodes[1].6[1].2, 0) AS pods_until,
    if(one_node, [], d.nodes) AS nodes,
    if(c.pairs > 0, c.offset_ms, {pooled_offset_ms:Int64}) AS offset_ms,
    multiIf(c.pairs > 0, c.uncertainty_ms, notEmpty(leases), {pooled_uncertainty_ms:Int64}, {unmeasured_ms:Int64}) AS uncertainty_ms
FROM
(
    SELECT toIPv6('::') AS ip
    UNION DISTINCT SELECT ip FROM leases_by_ip
    UNION DISTINCT SELECT ip FROM nodes_by_ip
    UNION DISTINCT SELECT ip FROM gaps_by_ip
    UNION DISTINCT SELECT ip FROM clock_offset WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
) AS a
LEFT JOIN leases_by_ip AS own ON own.ip = a.ip
LEFT JOIN nodes_by_ip AS d ON d.ip = a.ip
LEFT JOIN gaps_by_ip AS g ON g.ip = a.ip
LEFT JOIN (SELECT ip, offset_ms, uncertainty_ms, pairs FROM clock_offset WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}) AS c
    ON c.ip = a.ip
