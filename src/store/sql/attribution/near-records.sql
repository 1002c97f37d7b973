-- Records near the chunk; and, where there are older ones (`early`), those of tuples that were alive when it begins.
(
    SELECT *, tuple
    FROM flow_record
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {until_ms:Int64} + {margin_ms:Int64}
        AND (at_ms >= {from_ms:Int64} - {margin_ms:Int64} OR ({early:UInt8} = 1 AND tuple IN
        (
            SELECT tuple FROM flow_record
            WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
                AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64}
        )))
)
