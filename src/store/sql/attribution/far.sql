-- Whether there are records older than those near the chunk (`early`), or newer (`late`), and conntrack lines far from it that it can reach (`wide`).
-- `summed`: there are aggregates in it.
SELECT
    (SELECT count() FROM
    (
        SELECT 1 FROM flow_record
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {from_ms:Int64} - {margin_ms:Int64}
        LIMIT 1
    )) AS early,
    (SELECT count() FROM
    (
        SELECT 1 FROM flow_record
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {until_ms:Int64} + {margin_ms:Int64}
        LIMIT 1
    )) AS late,
    (SELECT count() FROM
    (
        SELECT 1 FROM conntrack_event
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
            AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64}
            AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64})
        LIMIT 1
    )) AS wide,
    (SELECT count() FROM
    (
        SELECT 1 FROM flow_aggregate
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND until_ms >= {from_ms:Int64} AND until_ms < {until_ms:Int64}
        LIMIT 1
    )) AS summed
