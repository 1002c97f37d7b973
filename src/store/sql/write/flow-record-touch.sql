-- Windows that these records can change: their own. Those of flows that they prolong, cut or show are those of other rows of their tuples.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
WITH
    touching AS (SELECT shard, arrayJoin([first_ms, at_ms]) AS ms FROM {staged:Identifier})
{include write/touching}
