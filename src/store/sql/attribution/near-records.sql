(
    SELECT *, tuple, first_ms
    FROM flow_record
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {until_ms:Int64} + {idle_ms:Int64}
        AND (at_ms >= {from_ms:Int64} - {idle_ms:Int64} OR ({early:UInt8} = 1 AND tuple IN
        (
            SELECT tuple FROM flow_record
            WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
                AND at_ms >= {from_ms:Int64} - {idle_ms:Int64} AND first_ms < {from_ms:Int64}
        )))
)
