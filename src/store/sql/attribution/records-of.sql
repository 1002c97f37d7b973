-- All records of some tuples, however far from the chunk.
SELECT
    shard, at_ms, begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
    packets_out, bytes_out, packets_in, bytes_in, rule, tuple
FROM flow_record
WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND tuple IN (SELECT tuple FROM {asked:Identifier})
