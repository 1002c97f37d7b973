-- The same of those that reach further back (`reach`). `far`: of those that reach further than {bound_ms}, which are few.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
WITH
    reaching AS (SELECT * FROM {reach:Identifier} WHERE (from_ms < {bound_ms:Int64}) = {far:UInt8}),
    told AS
    (
        SELECT c.shard AS shard, arrayJoin([c.first_ms, c.at_ms, c.made_ms]) AS ms
        FROM (SELECT shard, at_ms, first_ms, made_ms, tuple FROM conntrack_event
            WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM reaching) AND at_ms >= {from_ms:Int64}
                AND (reply_dest_ip, reply_src_ip, reply_src_port, reply_dest_port) IN (SELECT src_ip, dest_ip, dest_port, src_port FROM reaching) -- if far
        ) AS c
        INNER JOIN reaching AS t ON t.tuple = c.tuple
        WHERE c.at_ms >= t.from_ms
    ),
    touching AS
    (
        SELECT r.shard AS shard, arrayJoin([r.first_ms, r.at_ms]) AS ms
        FROM (SELECT shard, at_ms, first_ms, tuple FROM flow_record
            WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM reaching) AND at_ms >= {from_ms:Int64}
                AND (src_ip, dest_ip, dest_port, src_port) IN (SELECT src_ip, dest_ip, dest_port, src_port FROM reaching) -- if far
        ) AS r
        INNER JOIN reaching AS t ON t.tuple = r.tuple
        WHERE r.at_ms >= t.from_ms
        UNION ALL
        {include write/near-moments}
    )
{include write/touching}
