-- Windows that these lines can change: near their own times, as the clocks may differ.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
WITH
    told AS
    (
        SELECT shard, at_ms AS ms FROM {staged:Identifier}
        UNION ALL
        SELECT shard, first_ms AS ms FROM {staged:Identifier} WHERE new_ago_ms >= 0
        UNION ALL
        -- A line may state that its entry is far older.
        SELECT shard, started_ms AS ms FROM {staged:Identifier} WHERE started_ms > 0
        UNION ALL -- if related
        SELECT shard, arrayJoin([first, last, made]) AS ms FROM {related:Identifier} WHERE is_line -- if related
    ),
    touching AS
    (
        {include write/near-moments}
        UNION ALL -- if related
        SELECT shard, arrayJoin([first, last]) AS ms FROM {related:Identifier} WHERE NOT is_line -- if related
    )
{include write/touching}
