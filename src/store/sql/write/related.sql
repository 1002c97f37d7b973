-- Windows that staged rows can change by what was told of their tuples close to them or since: in which these were recorded or translated. Only where
-- windows are current already; what was never computed will be.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
WITH
    (SELECT min(first_ms) FROM {staged:Identifier}) - {near_ms:Int64} AS from_ms,
    told AS
    (
        SELECT DISTINCT shard, arrayJoin([first_ms, c.at_ms, made_ms]) AS ms
        FROM conntrack_event AS c
        WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier}) AND c.at_ms >= from_ms
            AND tuple IN (SELECT tuple FROM {staged:Identifier})
    ),
    touching AS
    (
        SELECT shard, arrayJoin([first_ms, r.at_ms]) AS ms
        FROM flow_record AS r
        WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier}) AND r.at_ms >= from_ms
            AND tuple IN (SELECT tuple FROM {staged:Identifier})
        UNION ALL
        SELECT shard, arrayJoin({include write/near-moments}) AS ms FROM told WHERE ms > 0
    )
{include write/touching}
