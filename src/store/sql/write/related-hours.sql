-- The rest of conntrack-event-related.sql and flow-record-related.sql: the hours of these tuples.
    shards AS (SELECT DISTINCT shard FROM {staged:Identifier})
SELECT DISTINCT {cluster:String} AS cluster, shard, intDiv(ms, 3600000) * 3600000 AS hour_ms, {write:UInt64} AS write
FROM
(
    SELECT shard, arrayJoin([first_ms, r.at_ms]) AS ms FROM flow_record AS r
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM shards) AND tuple IN (SELECT tuple FROM tuples)
    UNION ALL
    SELECT shard, arrayJoin(arrayConcat(
        [first_ms - {apart_ms:Int64}, first_ms, first_ms + {apart_ms:Int64}, c.at_ms - {apart_ms:Int64}, c.at_ms, c.at_ms + {apart_ms:Int64}],
        if(made_ms > 0, [made_ms - {apart_ms:Int64}, made_ms, made_ms + {apart_ms:Int64}], []))) AS ms
    FROM conntrack_event AS c
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM shards) AND tuple IN (SELECT tuple FROM tuples)
)
