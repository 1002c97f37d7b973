-- The hours of what is settled in which some of the flows that are counted together were alive in the interval, and some were not.
SELECT DISTINCT hour_ms
FROM settled_hour
WHERE {include read/settled-alive}
    AND (first_last_ms < {settled_from_ms:Int64} OR last_begin_ms >= {until_ms:Int64})
ORDER BY hour_ms
