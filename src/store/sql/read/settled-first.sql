-- When the first flow began that what is settled tells of.
SELECT min(first_begin_ms) AS first_ms, count() AS n
FROM settled_hour
WHERE cluster = {cluster:String} AND hour_ms >= {settled_hours_ms:Int64} AND hour_ms < {settled_until_ms:Int64}
