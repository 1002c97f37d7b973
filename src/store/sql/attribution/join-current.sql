-- From here on the hours answer in place of their ticks, which have no flows of this generation.
INSERT INTO window_current (cluster, shard, hour_ms, tick, generation, write)
SELECT {cluster:String}, tupleElement(w, 1), tupleElement(w, 2), arrayJoin(arrayMap(i -> toUInt16(i), range(721))), {generation:UInt64}, tupleElement(w, 3)
FROM (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)}, {w_write:Array(UInt64)})) AS w)
SETTINGS max_insert_threads = 1
