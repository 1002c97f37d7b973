-- Moments that the time `ms` of a line can be by the flow log's clock: as clocks are known to differ ({skew_ms}) each tick; and the last or first of the next
-- hour, where they may come to differ so much.
arrayConcat(
    arrayMap(i -> toInt64(i) * 5000, range(toUInt64(intDiv(greatest(ms - {skew_ms:Int64}, 0), 5000)), toUInt64(intDiv(ms + {skew_ms:Int64}, 5000) + 1))),
    if(intDiv(ms - {apart_ms:Int64}, 3600000) < intDiv(ms, 3600000), [intDiv(ms, 3600000) * 3600000 - 1], []),
    if(intDiv(ms + {apart_ms:Int64}, 3600000) > intDiv(ms, 3600000), [intDiv(ms, 3600000) * 3600000 + 3600000], []))
