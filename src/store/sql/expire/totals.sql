-- Rows of one day's windows all of whose flows ended before {from_ms}, and those of the others: a window's hour is that in which a flow
-- began that conntrack alone saw, and it may have gone on.
SELECT countIf(last_ms < {from_ms:Int64}) AS expired, countIf(last_ms >= {from_ms:Int64}) AS kept
FROM {table:Identifier}
WHERE toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC')) = {day:UInt32}
