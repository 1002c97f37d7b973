-- The rest of conntrack-event-related.sql and flow-record-related.sql: the windows of these tuples.
    shards AS (SELECT DISTINCT shard FROM {staged:Identifier}),
    told AS
    (
        SELECT DISTINCT shard, arrayJoin([first_ms, c.at_ms, made_ms]) AS ms
        FROM conntrack_event AS c
        WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM shards) AND tuple IN (SELECT tuple FROM tuples)
    ),
    touching AS
    (
        SELECT shard, arrayJoin([first_ms, r.at_ms]) AS ms FROM flow_record AS r
        WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM shards) AND tuple IN (SELECT tuple FROM tuples)
        UNION ALL
        SELECT shard, arrayJoin({include write/near-moments}) AS ms FROM told WHERE ms > 0
    )
{include write/touching}
