-- The conntrack lines of one tuple, from the node that owns its source address.
SELECT at_ms, kind, orig_src_ip AS origin_ip, orig_src_port AS origin_port, greatest(started_ms, 0) AS started_ms, object
FROM conntrack_event
WHERE cluster = {cluster:String} AND tuple = {tuple:UInt64}
    AND (orig_src_ip != reply_dest_ip
        OR (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String})
        OR reply_dest_ip IN (SELECT ip FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0))
    AND at_ms >= {from_ms:Int64} - 432000000 AND at_ms <= {until_ms:Int64} + 432000000
ORDER BY at_ms
LIMIT 10000
