-- Months of cursors before a month. What tells of no time is in that of the earliest time there is.
SELECT DISTINCT toUInt32(partition) AS month
FROM system.parts
WHERE database = currentDatabase() AND table = 'cursor' AND active AND toUInt32OrZero(partition) < {month:UInt32} AND toUInt32OrZero(partition) > 200001
