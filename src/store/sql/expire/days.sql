-- The days of a table that lie before a day, and their rows.
SELECT toUInt32(partition) AS day, sum(rows) AS rows
FROM system.parts
WHERE database = currentDatabase() AND table = {table:String} AND active AND toUInt32OrZero(partition) < {day:UInt32}
GROUP BY day
ORDER BY day
