-- Moments that the times in `told`, of lines, can be by the flow log's clock: as clocks are known to differ ({skew_ms}) each tick; and the last or first of the
-- next hour, where they may come to differ so much. The first and last of a tick are enough: what lies between them is near the same.
SELECT shard, arrayJoin(arrayConcat(
    arrayMap(i -> toInt64(i) * 5000, range(toUInt64(intDiv(greatest(from_ms - {skew_ms:Int64}, 0), 5000)), toUInt64(intDiv(until_ms + {skew_ms:Int64}, 5000) + 1))),
    if(intDiv(from_ms - {apart_ms:Int64}, 3600000) < intDiv(from_ms, 3600000), [intDiv(from_ms, 3600000) * 3600000 - 1], []),
    if(intDiv(until_ms + {apart_ms:Int64}, 3600000) > intDiv(until_ms, 3600000), [intDiv(until_ms, 3600000) * 3600000 + 3600000], []))) AS ms
FROM (SELECT shard, min(ms) AS from_ms, max(ms) AS until_ms FROM told WHERE ms > 0 GROUP BY shard, intDiv(ms, 5000))
