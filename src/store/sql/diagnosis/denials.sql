-- What was denied on the way, by whose rule: log 3 is what a firewall logged, the others are of network security groups.
SELECT src_ip, dest_ip, dest_port, protocol, log = 3 AS by_firewall, rule, count() AS times, min(at_ms) AS first_ms, max(at_ms) AS last_ms
FROM flow_record
WHERE cluster = {cluster:String} AND state = 3 AND at_ms >= {from_ms:Int64} AND at_ms < {until_ms:Int64}
    AND arrayExists((a, b, p) -> dest_ip BETWEEN a AND b AND (p = -1 OR p = dest_port), {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}, {dest_own_port:Array(Int32)}) -- if dest_first
    AND has({dest_ports:Array(UInt16)}, dest_port) -- if dest_ports
    AND src_ip IN
    (
        SELECT ip FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
            AND has({nodes:Array(String)}, node) -- if nodes
        UNION ALL
        SELECT ip FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
            AND has({nodes:Array(String)}, node) -- if nodes
    )
GROUP BY src_ip, dest_ip, dest_port, protocol, by_firewall, rule
ORDER BY times DESC, src_ip, dest_ip, dest_port
LIMIT {limit:UInt32}
