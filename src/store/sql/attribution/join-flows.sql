-- The flows of the ticks of some hours, as those of the hours: as they are, nothing is judged anew. No flow ended before its hour.
INSERT INTO flow
SELECT * REPLACE (toUInt16(0) AS tick, {generation:UInt64} AS generation)
FROM
(
    SELECT *
    FROM flow
    WHERE cluster = {cluster:String} AND last_ms >= {from_ms:Int64}
        AND (shard, hour_ms, tick, generation) IN {include attribution/ticks-of}
)
SETTINGS max_insert_threads = 2
