-- Windows that these records can change: their own, and those of flows that they prolong, cut or show.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
WITH
    told AS (SELECT shard, arrayJoin([first, last, made]) AS ms FROM {related:Identifier} WHERE is_line), -- if related
    touching AS
    (
        SELECT shard, arrayJoin([first_ms, at_ms]) AS ms FROM {staged:Identifier}
        UNION ALL -- if related
        SELECT shard, arrayJoin([first, last]) AS ms FROM {related:Identifier} WHERE NOT is_line -- if related
        UNION ALL -- if related
        {include write/near-moments} -- if related
    )
{include write/touching}
