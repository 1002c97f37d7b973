(
    SELECT *, tuple, first_ms, orig_src_port
    FROM conntrack_event
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
        AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64}
        AND
        (
            orig_src_ip != reply_dest_ip
            OR (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String})
            OR reply_dest_ip IN (SELECT ip FROM {address:Identifier} WHERE notEmpty(leases))
        )
        -- `wide`: there are lines far from the chunk; of these only the tuples in question.
        AND ({wide:UInt8} = 0 OR tuple IN (SELECT tuple FROM {include attribution/near-records}) OR tuple IN
        (
            SELECT tuple FROM conntrack_event
            WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
                AND at_ms >= {from_ms:Int64} - {apart_ms:Int64}
                -- Or an entry that was made in the chunk, as a line says that was seen hours later.
                AND (first_ms < {until_ms:Int64} + {apart_ms:Int64}
                    OR (started_ms >= {from_ms:Int64} - {apart_ms:Int64} AND started_ms < {until_ms:Int64} + {apart_ms:Int64}))
        ))
)
