-- Whether any aggregates end in the chunk's time; mostly there are none at all.
SELECT count() AS summed FROM
(
    SELECT 1 FROM flow_aggregate
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND until_ms >= {from_ms:Int64} AND until_ms < {until_ms:Int64}
    LIMIT 1
)
