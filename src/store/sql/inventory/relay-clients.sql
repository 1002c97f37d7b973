-- How many different addresses connected to one port of each of these pods, while it surely held its address: the most of any port. Nodes are
-- no clients: the kubelet looks at every pod. What was denied reached nobody.
WITH held AS
(
    SELECT tupleElement(l, 1) AS lease, tupleElement(l, 2) AS held_ip, tupleElement(l, 3) AS from_ms, tupleElement(l, 4) AS until_ms
    FROM (SELECT arrayJoin(arrayZip({leases:Array(UInt32)}, {ips:Array(IPv6)}, {from:Array(Int64)}, {until:Array(Int64)})) AS l)
)
SELECT lease, max(clients) AS clients
FROM
(
    SELECT lease, port, uniqExact(client) AS clients
    FROM
    (
        SELECT reply_src_ip AS ip, reply_src_port AS port, orig_src_ip AS client, at_ms
        FROM conntrack_event
        WHERE cluster = {cluster:String} AND reply_src_ip IN {ips:Array(IPv6)}
        UNION ALL
        SELECT dest_ip AS ip, dest_port AS port, src_ip AS client, at_ms
        FROM flow_record
        WHERE cluster = {cluster:String} AND dest_ip IN {ips:Array(IPv6)} AND state != 3
    ) AS e
    INNER JOIN held ON held.held_ip = e.ip
    WHERE e.at_ms >= held.from_ms AND e.at_ms < held.until_ms AND e.client != e.ip AND e.client NOT IN {nodes:Array(IPv6)}
    GROUP BY lease, port
)
GROUP BY lease
