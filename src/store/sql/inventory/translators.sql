-- Who translated connections of these addresses since: with each the address that stood on the wire.
SELECT DISTINCT toString(orig_src_ip) AS ip, toString(reply_dest_ip) AS on_wire
FROM conntrack_event
WHERE cluster = {cluster:String} AND at_ms >= {since_ms:Int64} AND orig_src_ip IN (SELECT toIPv6(arrayJoin({ips:Array(String)}))) AND orig_src_ip != reply_dest_ip
