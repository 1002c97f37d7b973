-- Windows whose flows these sightings can bear on: all of the hours that they span, as which address a pod sent from is not told. A line
-- of a log that names no destination bears on none.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT cluster, shard, hour_ms, 0 AS tick, {write:UInt64} AS write
FROM window_touched
WHERE cluster = {cluster:String}
    AND hour_ms IN
    (
        SELECT DISTINCT arrayJoin([intDiv(begin_ms, 3600000), intDiv(until_ms, 3600000)]) * 3600000
        FROM {staged:Identifier}
        WHERE identity NOT IN (SELECT identity FROM {known:Identifier}) AND NOT (kind = 'log' AND dest_ip = toIPv6('::') AND dest_host = '')
    )
