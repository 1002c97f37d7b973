-- Windows that the lines of these objects bear on.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT {cluster:String} AS cluster, shard, hour * 3600000 AS hour_ms, 0 AS tick, {write:UInt64} AS write
FROM
(
    SELECT DISTINCT shard, arrayJoin([intDiv(first_ms - {apart_ms:Int64}, 3600000), intDiv(at_ms, 3600000), intDiv(at_ms + {apart_ms:Int64}, 3600000)]) AS hour
    FROM conntrack_event
    WHERE cluster = {cluster:String} AND object IN {objects:Array(String)}
)
