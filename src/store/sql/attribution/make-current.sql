-- The windows of a chunk are answered by its generation from here on.
INSERT INTO window_current
SELECT {cluster:String}, tupleElement(w, 1), tupleElement(w, 2), {generation:UInt64}, tupleElement(w, 3)
FROM (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)}, {w_write:Array(UInt64)})) AS w)
