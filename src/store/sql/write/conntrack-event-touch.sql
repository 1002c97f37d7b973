-- Windows that these lines can change: hours near their own, as the clocks may differ.
INSERT INTO window_touched
SELECT DISTINCT {cluster:String} AS cluster, shard, intDiv(ms, 3600000) * 3600000 AS hour_ms, {write:UInt64} AS write
FROM
(
    SELECT DISTINCT shard, arrayJoin(arrayConcat(
        [first_ms - {apart_ms:Int64}, first_ms, first_ms + {apart_ms:Int64}, at_ms - {apart_ms:Int64}, at_ms, at_ms + {apart_ms:Int64}],
        -- A line may state that its entry is far older.
        if(started_ms > 0, [started_ms - {apart_ms:Int64}, started_ms, started_ms + {apart_ms:Int64}], []))) AS ms
    FROM {staged:Identifier}
)
