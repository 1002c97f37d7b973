-- All that was ever said about each node and each of its addresses. 0: nobody said.
-- Pods on the host network tell of a node's address only where no node object does.
WITH
    objects AS
    (
        SELECT
            uid, argMax(s.name, s.at_ms) AS node, arrayJoin(ips) AS ip, argMax(s.os, s.at_ms) AS os,
            minIf(s.created_ms, s.created_ms > 0) AS created_ms,
            min(s.at_ms) AS first_seen_ms, max(s.at_ms) AS last_seen_ms,
            minIf(s.at_ms, s.event = 'deleted') AS deleted_ms
        FROM {nodes:Identifier} AS s
        WHERE cluster = {cluster:String}
        GROUP BY uid, ip
    ),
    told AS
    (
        SELECT node, arrayJoin(if(notEmpty(host_ips), host_ips, if(host_network = 1, ips, []))) AS ip, at_ms FROM {pods:Identifier}
        WHERE cluster = {cluster:String} AND node != ''
        UNION ALL
        SELECT node, ip, at_ms
        FROM (SELECT node, arrayJoin(ips) AS ip, at_ms, uid FROM {pods:Identifier} WHERE cluster = {cluster:String} AND host_network = 2 AND event = 'listed' AND phase = 'Running' AND node != '')
        GROUP BY node, ip, at_ms HAVING uniqExact(uid) > 1
    )
SELECT
    uid AS node_uid, node, ip, os, created_ms, first_seen_ms, last_seen_ms,
    -- Deleted, or no longer there when all nodes were listed with their addresses.
    arrayMin(arrayFilter(at -> at > 0, [deleted_ms, arrayMin(arrayFilter(at -> at > last_seen_ms, (
        SELECT groupArray(at_ms) FROM {nodes:Identifier}
        WHERE cluster = {cluster:String} AND event = 'listed' AND notEmpty(ips)
            AND at_ms IN (SELECT from_ms FROM {looks:Identifier} WHERE cluster = {cluster:String} AND of = 'nodes' AND kind = 'sample'))))])) AS deleted_ms
FROM objects
UNION ALL
SELECT '' AS node_uid, node, ip, '' AS os, toInt64(0) AS created_ms, min(at_ms) AS first_seen_ms, max(at_ms) AS last_seen_ms, toInt64(0) AS deleted_ms
FROM told
WHERE (node, ip) NOT IN (SELECT node, ip FROM objects)
GROUP BY node, ip
