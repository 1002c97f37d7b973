-- Windows that these records can change: their own hours, and those in which a flow may end that they prolong.
INSERT INTO window_touched
SELECT DISTINCT {cluster:String} AS cluster, shard, intDiv(ms, 3600000) * 3600000 AS hour_ms, {write:UInt64} AS write
FROM
(
    SELECT shard, arrayJoin([min(first_ms) - {idle_ms:Int64}, min(first_ms), min(at_ms), max(at_ms) + {twice_ms:Int64}]) AS ms
    FROM {staged:Identifier}
    GROUP BY shard, intDiv(at_ms, 3600000)
)
