-- Conntrack lines that bear on the chunk, as the wire shows the tuple: the reply, turned round.
-- Only the node that owns the wire's source address is believed: others see its traffic too, untranslated.
SELECT
    {include attribution/line-columns}
FROM conntrack_event
WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
    AND at_ms >= intDiv({from_ms:Int64}, 3600000) * 3600000 - {lookback_ms:Int64}
    AND at_ms < intDiv({until_ms:Int64} + 3599999, 3600000) * 3600000 + {lookback_ms:Int64}
    AND {include attribution/believed}
    -- `wide`: there are lines far from the chunk; of these only the tuples in question.
    AND ({wide:UInt8} = 0 OR tuple IN (SELECT tuple FROM {include attribution/near-records}) OR tuple IN
    (
        SELECT tuple FROM conntrack_event
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
            AND at_ms >= {from_ms:Int64} - {apart_ms:Int64}
            -- Or an entry that was made in the chunk, as a line says that was seen hours later.
            AND (first_ms < {until_ms:Int64} + {apart_ms:Int64}
                OR (made_ms >= {from_ms:Int64} - {apart_ms:Int64} AND made_ms < {until_ms:Int64} + {apart_ms:Int64}))
    ))
