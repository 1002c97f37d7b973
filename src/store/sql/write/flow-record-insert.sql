INSERT INTO flow_record
SELECT
    {cluster:String} AS cluster, shard, at_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
    packets_out, bytes_out, packets_in, bytes_in, encryption, rule, mac, resource, logged_ms, log, {object:String} AS object
FROM {fresh:Identifier}
WHERE toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC')) = {day:UInt32}
