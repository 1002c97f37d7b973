-- The conntrack lines of one tuple, from the node that owns its source address.
SELECT l.1 AS at_ms, l.2 AS kind, origin_ip, origin_port, l.3 AS started_ms, object
FROM
(
SELECT orig_src_ip AS origin_ip, orig_src_port AS origin_port, object, arrayJoin(arrayConcat(
        if(new_ago_ms < 0, [], [(first_ms, toUInt8(0), toInt64(0))]),
        [(at_ms, kind, made_ms)])) AS l
FROM conntrack_event
WHERE cluster = {cluster:String} AND tuple = {tuple:UInt64}
    AND (orig_src_ip != reply_dest_ip
        OR (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String})
        OR (reply_dest_ip IN (SELECT ip FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0)
            -- Not what is known to be another node's than those that the pod ran on.
            AND object NOT IN
            (
                SELECT t.object
                FROM (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String}) AS t
                INNER JOIN (SELECT ip, node FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}) AS n ON n.ip = t.ip
                GROUP BY t.object
                HAVING countIf(n.node IN
                    (SELECT node FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0 AND ip = {ip:IPv6})) = 0
            )))
    AND at_ms >= {from_ms:Int64} - 432000000 AND at_ms <= {until_ms:Int64} + 432000000
)
ORDER BY at_ms
LIMIT 10000
