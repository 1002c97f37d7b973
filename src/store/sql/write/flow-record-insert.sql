INSERT INTO flow_record
    (cluster, shard, at_ms, begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
    packets_out, bytes_out, packets_in, bytes_in, encryption, rule, mac, resource, log, object)
SELECT
    {cluster:String}, shard, at_ms, begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
    packets_out, bytes_out, packets_in, bytes_in, encryption, rule, mac, resource, log, {objects:Array(String)}[part + 1]
FROM {staged:Identifier}
WHERE toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC')) = {day:UInt32}
SETTINGS max_insert_threads = 2
