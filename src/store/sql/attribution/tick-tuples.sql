-- Wire tuples that can have flows in the ticks {ticks}: a flow is in that of its last record; one that conntrack alone saw in that of its first line, by the flow log's clock ({skew_ms}).
CREATE TABLE {asked:Identifier} ENGINE = Memory AS
SELECT DISTINCT src_ip, dest_ip, dest_port, src_port, cityHash64(src_ip, src_port, dest_ip, dest_port, protocol) AS tuple
FROM
(
    SELECT src_ip, dest_ip, dest_port, src_port, protocol
    FROM flow_record
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {from_ms:Int64} AND first_ms < {until_ms:Int64}
        AND (intDiv(at_ms, 5000) IN {ticks:Array(Int64)} OR intDiv(first_ms, 5000) IN {ticks:Array(Int64)})
    UNION ALL
    SELECT reply_dest_ip, reply_src_ip, reply_src_port, reply_dest_port, protocol
    FROM conntrack_event
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {from_ms:Int64} - {skew_ms:Int64}
        AND arrayExists(ms -> intDiv(ms, 5000) IN {ticks:Array(Int64)} OR intDiv(ms - {skew_ms:Int64}, 5000) IN {ticks:Array(Int64)}
            OR intDiv(ms + {skew_ms:Int64}, 5000) IN {ticks:Array(Int64)}, [at_ms, first_ms, made_ms])
)
