-- The windows of a chunk are answered by its generation from here on.
INSERT INTO window_current (cluster, shard, hour_ms, tick, generation, write)
SELECT {cluster:String}, tupleElement(w, 1), tupleElement(w, 2), tupleElement(w, 3), {generation:UInt64}, tupleElement(w, 4)
FROM (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)}, {w_tick:Array(UInt16)}, {w_write:Array(UInt64)})) AS w)
