INSERT INTO conntrack_event
    (cluster, shard, at_ms, kind, new_ago_ms, protocol, orig_src_ip, reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port,
    dnat_ip, src_port_moved, dest_port_moved, started_told, started_before_ms, packets_orig, bytes_orig, packets_reply, bytes_reply,
    counted, unreplied, assured, forced, timeout_s, recording, object, node)
SELECT
    {cluster:String}, shard, at_ms, kind, new_ago_ms, protocol, orig_src_ip, reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port,
    if(orig_dest_ip = reply_src_ip, toIPv6('::'), orig_dest_ip), toUInt16(orig_src_port - reply_dest_port), toUInt16(orig_dest_port - reply_src_port),
    started_ms > 0, if(started_ms > 0, intDiv(first_ms, 1000) * 1000 - started_ms, 0), packets_orig, bytes_orig, packets_reply, bytes_reply,
    counted, unreplied, assured, forced, timeout_s, recording, {objects:Array(String)}[part + 1], {nodes:Array(String)}[part + 1]
FROM {staged:Identifier}
WHERE toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC')) = {day:UInt32}
SETTINGS max_insert_threads = 2
