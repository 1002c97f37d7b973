-- Conntrack lines of the tuples `asked` close to the ticks, of those that reach further further back. As lines.sql gives them for hours.
SELECT
    {include attribution/line-columns}
FROM
(
    SELECT *, orig_src_port, made_ms, tuple
    FROM conntrack_event
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {lines_ms:Int64}
        AND at_ms < intDiv({until_ms:Int64} + 3599999, 3600000) * 3600000 + {lookback_ms:Int64}
        AND tuple IN (SELECT tuple FROM {asked:Identifier})
    UNION ALL -- if reaches
    SELECT *, orig_src_port, made_ms, tuple -- if reaches
    FROM conntrack_event -- if reaches
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {middle_lines_ms:Int64} AND at_ms < {lines_ms:Int64} -- if reaches
        AND (reply_dest_ip, reply_src_ip, reply_src_port, reply_dest_port) IN (SELECT src_ip, dest_ip, dest_port, src_port FROM {reaching:Identifier}) -- if reaches
    UNION ALL -- if reaches_far
    SELECT *, orig_src_port, made_ms, tuple -- if reaches_far
    FROM conntrack_event -- if reaches_far
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {middle_lines_ms:Int64} -- if reaches_far
        -- By whole hours, so that a tick's flow has the lines that it will have in its hour.
        AND at_ms >= intDiv({from_ms:Int64}, 3600000) * 3600000 - {lookback_ms:Int64} -- if reaches_far
        AND (reply_dest_ip, reply_src_ip, reply_src_port, reply_dest_port) IN (SELECT src_ip, dest_ip, dest_port, src_port FROM {far:Identifier}) -- if reaches_far
)
WHERE {include attribution/believed}
