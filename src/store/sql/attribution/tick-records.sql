-- Records of the tuples `asked` close to the ticks, of those that reach further further back.
SELECT
    {include attribution/record-columns}
FROM
(
    SELECT *, tuple
    FROM flow_record
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {records_ms:Int64} AND at_ms < {until_ms:Int64} + {margin_ms:Int64}
        AND tuple IN (SELECT tuple FROM {asked:Identifier})
    UNION ALL -- if reaches
    SELECT *, tuple -- if reaches
    FROM flow_record -- if reaches
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {middle_records_ms:Int64} AND at_ms < {records_ms:Int64} -- if reaches
        AND (src_ip, dest_ip, dest_port, src_port) IN (SELECT src_ip, dest_ip, dest_port, src_port FROM {reaching:Identifier}) -- if reaches
    UNION ALL -- if reaches_far
    SELECT *, tuple -- if reaches_far
    FROM flow_record -- if reaches_far
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {middle_records_ms:Int64} -- if reaches_far
        AND (src_ip, dest_ip, dest_port, src_port) IN (SELECT src_ip, dest_ip, dest_port, src_port FROM {far:Identifier}) -- if reaches_far
)
