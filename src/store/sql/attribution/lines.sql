-- Conntrack lines that bear on the chunk, as the wire shows the tuple: the reply, turned round.
-- Only the node that owns the wire's source address is believed: others see its traffic too, untranslated.
SELECT
    shard, at_ms, new_ago_ms, kind, protocol,
    orig_src_ip AS origin_ip, orig_src_port AS origin_port,
    reply_dest_ip AS src_ip, reply_src_ip AS dest_ip, reply_dest_port AS src_port, reply_src_port AS dest_port,
    made_ms AS started_ms, timeout_s, forced, object,
    packets_orig AS packets_out, bytes_orig AS bytes_out, packets_reply AS packets_in, bytes_reply AS bytes_in,
    tuple
FROM conntrack_event
WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
    -- By whole hours, so that a tick's flow has the lines that it will have in its hour.
    AND at_ms >= intDiv({from_ms:Int64}, 3600000) * 3600000 - {lookback_ms:Int64}
    AND at_ms < intDiv({until_ms:Int64} + 3599999, 3600000) * 3600000 + {lookback_ms:Int64}
    AND (reply_dest_ip, reply_src_ip, reply_src_port, reply_dest_port) IN {include attribution/near-tuples} -- if ticks
    AND
    (
        orig_src_ip != reply_dest_ip
        OR (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String})
        OR reply_dest_ip IN (SELECT ip FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0)
    )
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
