INSERT INTO conntrack_event
SELECT
    {cluster:String} AS cluster, shard, at_ms, kind, id, protocol,
    orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port, reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port,
    started_ms, packets_orig, bytes_orig, packets_reply, bytes_reply, counted, unreplied, assured, forced, timeout_s,
    {object:String} AS object, {node:String} AS node
FROM {fresh:Identifier}
WHERE toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC')) = {day:UInt32}
